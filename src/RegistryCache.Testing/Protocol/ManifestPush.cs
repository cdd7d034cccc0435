using System.Buffers;
using RegistryCache.Testing.Storage;

namespace RegistryCache.Testing.Protocol;

/// <summary>Takes a manifest, if everything that it names is there. Source: distribution-spec 1.1, "Pushing Manifests".</summary>
internal static class ManifestPush
{
    public static async Task<RegistryAnswer> AnswerAsync(RegistryState state, RegistryCall call)
    {
        var isTag = RegistryNames.IsTag(call.Reference);
        if (!isTag && !Digest.TryParse(call.Reference, out _))
            return RegistryAnswer.Error(400, "MANIFEST_INVALID", "the reference is neither a digest nor a tag");
        if (await ReadAsync(call, state.Options.MaxManifestBytes).ConfigureAwait(false) is not { } bytes)
            return RegistryAnswer.Error(413, "SIZE_INVALID", "the manifest is too large");
        if (ManifestText.Read(bytes) is not { } text)
            return RegistryAnswer.Error(400, "MANIFEST_INVALID", "this is no manifest");
        var type = (call.Http.ContentType ?? "").Split(';')[0].Trim();
        if (type != call.Http.ContentType)
            state.Violations.Enqueue($"manifest with Content-Type '{call.Http.ContentType}'");
        if ((type.Length == 0 && text.MediaType is null) || (text.MediaType is { } named && type.Length > 0 && named != type))
            return state.Violated($"manifest of type '{text.MediaType}' sent as '{type}'", 400, "MANIFEST_INVALID");
        if (text.IsCacheIndex && state.Quirks.CacheIndexStatus is { } refused)
            return RegistryAnswer.Error(refused, state.Quirks.CacheIndexCode, "the index has entries that are no manifests");
        var repository = state.Storage.Repositories.Read(call.Repository);
        var missing = text.References().Where(digest => !repository.Has(digest)).Distinct().ToList();
        if (missing.Count > 0)
            return RegistryAnswer.Errors(400, "MANIFEST_BLOB_UNKNOWN", "blob unknown to registry", missing);
        return await StoreAsync(state, call, bytes, type.Length > 0 ? type : text.MediaType!, text.Subject, isTag).ConfigureAwait(false);
    }

    private static async Task<RegistryAnswer> StoreAsync(
        RegistryState state, RegistryCall call, ReadOnlyMemory<byte> bytes, string type, string? subject, bool isTag)
    {
        using var ingest = state.Storage.Begin();
        await ingest.AppendAsync(bytes).ConfigureAwait(false);
        var digest = isTag ? Digest.OfBytes(bytes.Span) : Digest.Parse(call.Reference);
        if (!await ingest.HasDigestAsync(digest).ConfigureAwait(false))
            return RegistryAnswer.Errors(400, "DIGEST_INVALID", "provided digest did not match uploaded content", [call.Reference]);
        state.Storage.AddManifest(call.Repository, digest, type, ingest, isTag ? call.Reference : null);
        var answer = new RegistryAnswer(201)
            .With("Location", $"/v2/{call.Repository}/manifests/{digest}").With("Docker-Content-Digest", digest.ToString());
        return subject is not null && state.Quirks.HasReferrers ? answer.With("OCI-Subject", subject) : answer;
    }

    // A body without a length is read up to the limit and no further.
    private static async Task<ReadOnlyMemory<byte>?> ReadAsync(RegistryCall call, long limit)
    {
        if (call.Http.ContentLength > limit)
            return null;
        using var body = new MemoryStream();
        var buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            int read;
            while ((read = await call.Http.Body.ReadAsync(buffer).ConfigureAwait(false)) > 0)
            {
                if (body.Length + read > limit)
                    return null;
                body.Write(buffer, 0, read);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return body.ToArray();
    }
}
