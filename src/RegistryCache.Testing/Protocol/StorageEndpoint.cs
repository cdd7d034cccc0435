namespace RegistryCache.Testing.Protocol;

/// <summary>The second origin: object storage that wants its signed URLs untouched and nobody's credentials.</summary>
internal static class StorageEndpoint
{
    public static RegistryAnswer Answer(RegistryState state, RegistryCall call)
    {
        if (call.Record.HasCredential)
        {
            state.Leaks.Enqueue($"authorization on {call.Method} {call.Record.Target}");
            return RegistryAnswer.Error(400, "DENIED", "Only one auth mechanism allowed");
        }

        var path = call.Record.Path;
        var last = path.LastIndexOf('/');
        var repository = path.StartsWith("/store/", StringComparison.Ordinal) && last > 7 ? path[7..last] : "";
        if (!state.StorageUrl(repository, call.Reference).EndsWith(call.Record.Target, StringComparison.Ordinal))
            return state.Violated($"the signature of {call.Record.Target} does not match", 403, "DENIED");
        if (call.Method is not ("GET" or "HEAD")
            || !state.Storage.Repositories.Read(repository).Blobs.TryGetValue(call.Reference, out var blob))
            return RegistryAnswer.Error(404, "BLOB_UNKNOWN", "no such key");
        return BlobEndpoint.Content(state, call, blob);
    }
}
