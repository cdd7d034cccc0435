using RegistryCache.Testing.Storage;

namespace RegistryCache.Testing.Protocol;

/// <summary>Leads a request to its endpoint.</summary>
internal static class Router
{
    public static async Task<RegistryAnswer> AnswerAsync(RegistryState state, RegistryCall call)
    {
        if (call.Kind == RequestKind.Token)
            return await state.Tokens.AnswerAsync(call.Http, state.Quirks).ConfigureAwait(false);
        if (call.Kind == RequestKind.Storage)
            return StorageEndpoint.Answer(state, call);
        if (AccessCheck.Refuse(state, call) is { } refusal)
            return refusal;
        if (call.Kind == RequestKind.Ping)
            return RegistryAnswer.Of(200, "{}"u8.ToArray(), "application/json");
        if (call.Kind == RequestKind.Unknown)
            return state.Violated($"unknown path {call.Record.Target}", 404, "UNSUPPORTED");
        if (!RegistryNames.IsRepository(call.Repository))
            return RegistryAnswer.Error(400, "NAME_INVALID", "invalid repository name");
        if (state.Quirks.RepositoriesMustExist && !state.Storage.Repositories.Has(call.Repository))
            return RegistryAnswer.Error(404, "NAME_UNKNOWN", "The repository does not exist in the registry");
        return call.Kind switch
        {
            RequestKind.Blob => BlobEndpoint.Answer(state, call),
            RequestKind.UploadStart or RequestKind.Mount => await UploadStartEndpoint.AnswerAsync(state, call).ConfigureAwait(false),
            RequestKind.Upload => await UploadEndpoint.AnswerAsync(state, call).ConfigureAwait(false),
            RequestKind.Manifest => await ManifestEndpoint.AnswerAsync(state, call).ConfigureAwait(false),
            RequestKind.Tags => TagsEndpoint.Answer(state, call),
            _ => ReferrersEndpoint.Answer(state, call),
        };
    }
}
