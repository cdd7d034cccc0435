using System.Globalization;

namespace RegistryCache.Testing.Protocol;

/// <summary>The steps of an upload. Source: distribution-spec 1.1, "Pushing a blob in chunks".</summary>
internal static class UploadEndpoint
{
    public static async Task<RegistryAnswer> AnswerAsync(RegistryState state, RegistryCall call)
    {
        if (state.FindUpload(call.Reference.Split('/')[0]) is not { } upload || upload.Repository != call.Repository)
            return RegistryAnswer.Error(404, "BLOB_UPLOAD_UNKNOWN", "blob upload unknown to registry");
        if (call.Method is "GET" or "HEAD")
            return UploadAnswers.Describe(state, upload, 204);
        await upload.EnterAsync(call.Http.HttpContext).ConfigureAwait(false);
        try
        {
            return upload.IsClosed
                ? RegistryAnswer.Error(404, "BLOB_UPLOAD_UNKNOWN", "blob upload unknown to registry")
                : await StepAsync(state, call, upload).ConfigureAwait(false);
        }
        finally
        {
            upload.Leave();
        }
    }

    private static async Task<RegistryAnswer> StepAsync(RegistryState state, RegistryCall call, UploadSession upload)
    {
        switch (call.Method)
        {
            case "DELETE":
                state.Uploads.TryRemove(upload.Id, out _);
                upload.Dispose();
                return new RegistryAnswer(204);
            case not ("PATCH" or "PUT"):
                return state.Violated($"{call.Method} on an upload", 405, "UNSUPPORTED");
        }

        if (!UploadAnswers.IsNewest(upload, call.Record.Target))
            return RegistryAnswer.Error(404, "BLOB_UPLOAD_INVALID", "this is not the newest Location");
        UploadBody.NoteType(state, call);
        if (CheckRange(state, call, upload) is { } refusal)
            return refusal;
        return call.Method == "PATCH"
            ? await PatchAsync(state, call, upload).ConfigureAwait(false)
            : await PutAsync(state, call, upload).ConfigureAwait(false);
    }

    // A PATCH without Content-Range is a stream, as Docker sends it.
    private static RegistryAnswer? CheckRange(RegistryState state, RegistryCall call, UploadSession upload)
    {
        if (!call.Record.Headers.TryGetValue("Content-Range", out var range))
            return null;
        var parts = range.Split('-');
        if (parts.Length != 2 || !TryParse(parts[0], out var from) || !TryParse(parts[1], out var to) || from > to)
            return state.Violated($"Content-Range '{range}'", 400, "BLOB_UPLOAD_INVALID");
        if (from != upload.Content.Length)
            return UploadAnswers.Describe(state, upload, 416);
        return call.Http.ContentLength is { } length && length != to - from + 1
            ? state.Violated($"Content-Range '{range}' for {length} bytes", 400, "SIZE_INVALID")
            : null;
    }

    private static async Task<RegistryAnswer> PatchAsync(RegistryState state, RegistryCall call, UploadSession upload)
    {
        if (call.Http.ContentLength > state.Quirks.MaxPatchBytes)
        {
            return UploadAnswers.Describe(state, upload, 416) with
            {
                Body = RegistryAnswer.Error(416, "REQUESTED_RANGE_NOT_SATISFIABLE", "the request body is too large").Body,
            };
        }

        if (upload.Patches >= state.Quirks.MaxPatches)
            return RegistryAnswer.Error(400, "BLOB_UPLOAD_INVALID", "chunks are not supported");
        await UploadBody.ReceiveAsync(call, upload).ConfigureAwait(false);
        upload.Patches++;
        upload.FirstChunk = upload.Patches == 1 ? upload.Content.Length : upload.FirstChunk;
        upload.Step++;
        return UploadAnswers.Describe(state, upload, 202);
    }

    private static async Task<RegistryAnswer> PutAsync(RegistryState state, RegistryCall call, UploadSession upload)
    {
        if (upload.Patches == 0 && call.Http.ContentLength is > 0 && state.Quirks.SinglePutStatus is { } refused)
            return RegistryAnswer.Error(refused, "UNSUPPORTED", "send chunks");
        return await UploadBody.CompleteAsync(state, call, upload).ConfigureAwait(false);
    }

    private static bool TryParse(string text, out long number) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
