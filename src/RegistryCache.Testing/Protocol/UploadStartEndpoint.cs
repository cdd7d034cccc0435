namespace RegistryCache.Testing.Protocol;

/// <summary>The POST that starts an upload, has a whole blob, or mounts one. Source: distribution-spec 1.1, "Pushing blobs".</summary>
internal static class UploadStartEndpoint
{
    public static async Task<RegistryAnswer> AnswerAsync(RegistryState state, RegistryCall call)
    {
        if (call.Method != "POST")
            return state.Violated($"{call.Method} {call.Record.Target}", 405, "UNSUPPORTED");
        if (call.Kind == RequestKind.Mount)
            return Mount(state, call) ?? Start(state, call);
        if (call.Http.Query.ContainsKey("digest"))
            return await TakeAsync(state, call).ConfigureAwait(false);
        if (call.Http.ContentLength is > 0)
            return state.Violated("POST with a body and without a digest", 400, "SIZE_INVALID");
        return Start(state, call);
    }

    private static RegistryAnswer? Mount(RegistryState state, RegistryCall call)
    {
        if (state.Quirks.MountStatus == 401)
            return state.Challenge(call.Record, "insufficient_scope");
        var digest = call.Http.Query["mount"].ToString();
        if (!Digest.TryParse(digest, out _))
            return RegistryAnswer.Error(400, "DIGEST_INVALID", "invalid digest");
        var from = call.Http.Query["from"] is [{ Length: > 0 } name, ..] ? name : null;
        if (state.Quirks.MountStatus != 201 || (from is not null && !AccessCheck.MayRead(state, call, from)))
            return null;
        return state.Storage.TryMount(call.Repository, digest, from) ? UploadAnswers.Created(call.Repository, digest) : null;
    }

    private static RegistryAnswer Start(RegistryState state, RegistryCall call) => UploadAnswers.Describe(state, Open(state, call), 202);

    private static UploadSession Open(RegistryState state, RegistryCall call)
    {
        var upload = new UploadSession(call.Repository, state.Storage.Begin(), state.Clock.GetUtcNow());
        state.Uploads[upload.Id] = upload;
        return upload;
    }

    private static async Task<RegistryAnswer> TakeAsync(RegistryState state, RegistryCall call)
    {
        if (state.Quirks.SinglePostStatus == 202)
            return Start(state, call);
        if (state.Quirks.SinglePostStatus != 201)
            return RegistryAnswer.Error(state.Quirks.SinglePostStatus, "UNSUPPORTED", "start an upload first");
        UploadBody.NoteType(state, call);
        return await UploadBody.CompleteAsync(state, call, Open(state, call)).ConfigureAwait(false);
    }
}
