using System.Globalization;
using Microsoft.AspNetCore.Http;
using RegistryCache.Testing.Storage;

namespace RegistryCache.Testing.Protocol;

/// <summary>Blobs by digest. Source: distribution-spec 1.1, "Pulling blobs" and "Deleting Blobs".</summary>
internal static class BlobEndpoint
{
    public static RegistryAnswer Answer(RegistryState state, RegistryCall call)
    {
        if (!Digest.TryParse(call.Reference, out _))
            return RegistryAnswer.Error(400, "DIGEST_INVALID", "invalid digest");
        if (call.Method is not ("GET" or "HEAD" or "DELETE"))
            return state.Violated($"{call.Method} on a blob", 405, "UNSUPPORTED");
        if (call.Method == "DELETE")
            return state.Storage.RemoveBlob(call.Repository, call.Reference) ? new RegistryAnswer(202) : Unknown(call.Reference);
        if (!state.Storage.Repositories.Read(call.Repository).Blobs.TryGetValue(call.Reference, out var blob))
            return Unknown(call.Reference);
        if (state.Quirks.RedirectsBlobs && call.Method == "GET")
            return new RegistryAnswer(307).With("Location", state.StorageUrl(call.Record));
        return Content(state, call, blob).With("Docker-Content-Digest", call.Reference);
    }

    /// <summary>A blob, or the range of it that was asked for.</summary>
    public static RegistryAnswer Content(RegistryState state, RegistryCall call, StoredContent blob)
    {
        var answer = new RegistryAnswer(200) { Stored = blob, Length = blob.Length }
            .With("Content-Type", "application/octet-stream").With("Accept-Ranges", "bytes");
        if (call.Method != "GET" || state.Quirks.IgnoresRanges || ReadRange(call, blob.Length) is not var (from, to))
            return answer;
        if (state.Quirks.RefusesRanges)
            return RegistryAnswer.Error(500, "UNKNOWN", "ranges are not supported");
        if (from > to)
            return RegistryAnswer.Error(416, "UNSUPPORTED", "range not satisfiable").With("Content-Range", $"bytes */{blob.Length}");
        return (answer with { Status = 206, From = from, Length = to - from + 1 })
            .With("Content-Range", string.Create(CultureInfo.InvariantCulture, $"bytes {from}-{to}/{blob.Length}"));
    }

    // Several ranges may be answered with the whole, and an invalid one is no range. Source: RFC 9110, 14.2.
    private static (long From, long To)? ReadRange(RegistryCall call, long length)
    {
        if (call.Http.GetTypedHeaders().Range is not { Ranges.Count: 1 } header || header.Unit != "bytes")
            return null;
        var range = header.Ranges.Single();
        if (range.From is { } from)
            return (from, Math.Min(range.To ?? long.MaxValue, length - 1));
        return (Math.Max(0, length - range.To!.Value), range.To == 0 ? -1 : length - 1);
    }

    private static RegistryAnswer Unknown(string digest) =>
        RegistryAnswer.Errors(404, "BLOB_UNKNOWN", "blob unknown to registry", [digest]);
}
