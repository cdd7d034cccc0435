using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace RegistryCache.Fixtures.Servers.Faults;

/// <summary>Blobs by digest.</summary>
internal static class BlobEndpoint
{
    public static RegistryAnswer Answer(RegistryMemory memory, FaultRegistry registry, FaultRequest request)
    {
        if (!memory.Repository(request.Repository).Blobs.TryGetValue(request.Reference, out var blob))
            return RegistryAnswer.Error(404, "BLOB_UNKNOWN");
        if (request.Method == "DELETE")
        {
            memory.Repository(request.Repository).Blobs.TryRemove(request.Reference, out _);
            return new RegistryAnswer(202);
        }

        if (request.Method is not ("GET" or "HEAD"))
            return memory.Violated($"{request.Method} on a blob", 405, "UNSUPPORTED");
        if (memory.Options.RedirectsBlobs && request.Method == "GET")
            return new RegistryAnswer(307).With("Location", registry.StorageUrl(request));
        return Content(memory, request, blob).With("Docker-Content-Digest", request.Reference);
    }

    /// <summary>A blob or the range of it that was asked for.</summary>
    public static RegistryAnswer Content(RegistryMemory memory, FaultRequest request, StoredBlob blob)
    {
        var stream = blob.Bytes is { } bytes ? new MemoryStream(bytes, writable: false) : memory.Options.ContentOf!(blob.Length);
        var answer = new RegistryAnswer(200) { Body = stream, Length = blob.Length };
        answer.Headers["Content-Type"] = "application/octet-stream";
        if (request.Method != "GET" || memory.Options.IgnoresRanges || !TryReadRange(request.Http.Request, blob.Length, out var from, out var to))
            return answer;
        if (memory.Options.RefusesRanges)
            return RegistryAnswer.Error(500, "UNKNOWN");
        if (from >= blob.Length)
            return RegistryAnswer.Error(416, "RANGE_INVALID").With("Content-Range", $"bytes */{blob.Length}");
        if (stream.CanSeek)
            stream.Position = from;
        else
            Skip(stream, from);
        return new RegistryAnswer(206) { Body = stream, Length = to - from + 1 }
            .With("Content-Type", "application/octet-stream")
            .With("Content-Range", string.Create(CultureInfo.InvariantCulture, $"bytes {from}-{to}/{blob.Length}"));
    }

    private static bool TryReadRange(HttpRequest request, long length, out long from, out long to)
    {
        from = 0;
        to = length - 1;
        if (request.GetTypedHeaders().Range is not { Ranges.Count: 1 } header)
            return false;
        var range = header.Ranges.Single();
        from = range.From ?? 0;
        to = Math.Min(range.To ?? to, to);
        return true;
    }

    private static void Skip(Stream stream, long count)
    {
        var buffer = new byte[65536];
        while (count > 0)
            count -= stream.Read(buffer, 0, (int)Math.Min(count, buffer.Length));
    }
}
