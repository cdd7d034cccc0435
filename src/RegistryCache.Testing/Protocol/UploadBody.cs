using System.Buffers;

namespace RegistryCache.Testing.Protocol;

/// <summary>Takes the bytes of an upload, and completes it.</summary>
internal static class UploadBody
{
    private const int PieceBytes = 128 * 1024;

    /// <summary>Notes a body that is not sent as the specification says; it is taken nevertheless.</summary>
    public static void NoteType(RegistryState state, RegistryCall call)
    {
        if (call.Http.ContentLength is > 0 && call.Http.ContentType != "application/octet-stream")
            state.Violations.Enqueue($"Content-Type '{call.Http.ContentType}' on blob content");
    }

    /// <remarks>What arrives before a cut stays, as it does in a real registry.</remarks>
    public static async Task ReceiveAsync(RegistryCall call, UploadSession upload)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(PieceBytes);
        var held = 0;
        try
        {
            try
            {
                int read;
                while ((read = await call.Http.Body.ReadAsync(buffer.AsMemory(held, PieceBytes - held)).ConfigureAwait(false)) > 0)
                {
                    held += read;
                    if (held < PieceBytes)
                        continue;
                    await upload.Content.AppendAsync(buffer.AsMemory(0, held)).ConfigureAwait(false);
                    held = 0;
                }
            }
            finally
            {
                if (held > 0)
                    await upload.Content.AppendAsync(buffer.AsMemory(0, held)).ConfigureAwait(false);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Takes the last bytes, compares the digest and puts the blob into the repository. The session ends in every case.</summary>
    public static async Task<RegistryAnswer> CompleteAsync(RegistryState state, RegistryCall call, UploadSession upload)
    {
        await ReceiveAsync(call, upload).ConfigureAwait(false);
        state.Uploads.TryRemove(upload.Id, out _);
        using (upload)
        {
            var text = call.Http.Query["digest"].ToString();
            if (!Digest.TryParse(text, out var digest))
                return RegistryAnswer.Error(400, "DIGEST_INVALID", "the digest is missing or invalid");
            if (!await upload.Content.HasDigestAsync(digest).ConfigureAwait(false))
                return RegistryAnswer.Errors(400, "DIGEST_INVALID", "provided digest did not match uploaded content", [text]);
            if (state.Quirks.RefusesKnownBlobs && state.Storage.Repositories.Read(upload.Repository).Blobs.ContainsKey(text))
                return RegistryAnswer.Error(400, "BLOB_UPLOAD_INVALID", "the blob cannot be updated");
            state.Storage.AddBlob(upload.Repository, digest, upload.Content);
            return UploadAnswers.Created(upload.Repository, text);
        }
    }
}
