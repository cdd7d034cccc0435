using System.Buffers;
using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace RegistryCache.Fixtures.Servers.Faults;

/// <summary>Uploads: POST, PATCH, PUT, GET and DELETE as the specification has them, and nothing else.</summary>
internal static class UploadEndpoint
{
    public static async Task<RegistryAnswer> StartAsync(RegistryMemory memory, FaultRegistry registry, FaultRequest request)
    {
        if (request.Method != "POST")
            return memory.Violated($"{request.Method} {request.Target}", 405, "UNSUPPORTED");
        if (request.Http.Request.Query.ContainsKey("digest"))
            return await PostAsync(memory, registry, request);
        if (request.Http.Request.ContentLength != 0)
            return memory.Violated("POST without Content-Length: 0", 411, "SIZE_INVALID");
        var repository = memory.Repository(request.Repository);
        if (request.Kind == RequestKind.Mount && memory.Options.MountStatus != 202)
        {
            if (memory.Options.MountStatus == 401)
                return registry.Challenge(request, "insufficient_scope");
            var digest = request.Http.Request.Query["mount"].ToString();
            if (memory.Repository(request.Http.Request.Query["from"].ToString()).Blobs.TryGetValue(digest, out var blob))
            {
                repository.Blobs[digest] = blob;
                return new RegistryAnswer(201).With("Location", $"/v2/{request.Repository}/blobs/{digest}").With("Docker-Content-Digest", digest);
            }
        }

        var upload = new UploadMemory(request.Repository, memory.Options.DiscardsContent);
        memory.Uploads[upload.Id] = upload;
        return Describe(memory, registry, upload, 202);
    }

    public static async Task<RegistryAnswer> StepAsync(RegistryMemory memory, FaultRegistry registry, FaultRequest request)
    {
        var id = request.Reference.Split('/')[0];
        if (!memory.Uploads.TryGetValue(id, out var upload) || upload.Repository != request.Repository)
            return RegistryAnswer.Error(404, "BLOB_UPLOAD_UNKNOWN");
        switch (request.Method)
        {
            case "GET":
                return Describe(memory, registry, upload, 204);
            case "DELETE":
                memory.Uploads.TryRemove(id, out _);
                return new RegistryAnswer(204);
        }

        if (!request.Target.Contains(State(upload), StringComparison.Ordinal))
            return RegistryAnswer.Error(404, "BLOB_UPLOAD_INVALID", "not the newest Location");
        return request.Method switch
        {
            "PATCH" => await PatchAsync(memory, registry, request, upload),
            "PUT" => await PutAsync(memory, request, upload),
            _ => memory.Violated($"{request.Method} on an upload", 405, "UNSUPPORTED"),
        };
    }

    private static async Task<RegistryAnswer> PostAsync(RegistryMemory memory, FaultRegistry registry, FaultRequest request)
    {
        if (CheckBody(memory, request.Http.Request) is { } wrong)
            return wrong;
        var upload = new UploadMemory(request.Repository, memory.Options.DiscardsContent);
        if (memory.Options.SinglePostStatus == 201)
            return await CompleteAsync(memory, request.Http.Request, upload);
        if (memory.Options.SinglePostStatus != 202)
            return RegistryAnswer.Error(memory.Options.SinglePostStatus, "UNSUPPORTED");
        memory.Uploads[upload.Id] = upload;
        return Describe(memory, registry, upload, 202);
    }

    private static async Task<RegistryAnswer> PatchAsync(RegistryMemory memory, FaultRegistry registry, FaultRequest request, UploadMemory upload)
    {
        var http = request.Http.Request;
        if (CheckBody(memory, http) is { } wrong)
            return wrong;
        var parts = http.Headers.ContentRange.ToString().Split('-');
        if (parts.Length != 2 || !long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var from) || !long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var to)
            || to - from + 1 != http.ContentLength)
            return memory.Violated($"Content-Range '{http.Headers.ContentRange}' for {http.ContentLength} bytes", 400, "BLOB_UPLOAD_INVALID");
        if (from != upload.Length || http.ContentLength > memory.Options.MaxPatchBytes)
            return Describe(memory, registry, upload, 416);
        if (upload.Patches >= memory.Options.MaxPatches)
            return RegistryAnswer.Error(400, "BLOB_UPLOAD_INVALID", "chunks are not supported");
        await ReceiveAsync(http, upload);
        upload.Patches++;
        upload.FirstChunk = upload.Patches == 1 ? upload.Length : upload.FirstChunk;
        upload.Step++;
        return Describe(memory, registry, upload, 202);
    }

    private static async Task<RegistryAnswer> PutAsync(RegistryMemory memory, FaultRequest request, UploadMemory upload)
    {
        var http = request.Http.Request;
        if (http.ContentLength is null || (http.ContentLength > 0 && CheckBody(memory, http) is not null))
            return memory.Violated("PUT without a length or with a wrong type", 400, "BLOB_UPLOAD_INVALID");
        if (upload.Length == 0 && http.ContentLength > 0 && memory.Options.SinglePutStatus is { } refused)
            return RegistryAnswer.Error(refused, "UNSUPPORTED", "send chunks");
        return await CompleteAsync(memory, http, upload);
    }

    private static async Task<RegistryAnswer> CompleteAsync(RegistryMemory memory, HttpRequest http, UploadMemory upload)
    {
        await ReceiveAsync(http, upload);
        memory.Uploads.TryRemove(upload.Id, out _);
        var digest = http.Query["digest"].ToString();
        if (upload.Digest() != digest)
            return RegistryAnswer.Error(400, "DIGEST_INVALID", "provided digest did not match uploaded content");
        memory.Repository(upload.Repository).Blobs[digest] = upload.ToBlob();
        return new RegistryAnswer(201).With("Location", $"/v2/{upload.Repository}/blobs/{digest}").With("Docker-Content-Digest", digest);
    }

    private static RegistryAnswer? CheckBody(RegistryMemory memory, HttpRequest http)
    {
        if (http.ContentType != "application/octet-stream")
            return memory.Violated($"Content-Type {http.ContentType} on blob content", 415, "UNSUPPORTED");
        return http.ContentLength is null ? memory.Violated("blob content without Content-Length", 411, "SIZE_INVALID") : null;
    }

    // What arrived before a cut stays, as it does in a real registry.
    private static async Task ReceiveAsync(HttpRequest http, UploadMemory upload)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(128 * 1024);
        try
        {
            int read;
            while ((read = await http.Body.ReadAsync(buffer)) > 0)
                upload.Append(buffer.AsSpan(0, read));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static RegistryAnswer Describe(RegistryMemory memory, FaultRegistry registry, UploadMemory upload, int status)
    {
        var answer = new RegistryAnswer(status).With("Location", Location(memory, registry, upload)).With("Docker-Upload-UUID", upload.Id);
        if (memory.Options.ChunkMinLength is { } minimum)
            answer.Headers["OCI-Chunk-Min-Length"] = minimum.ToString(CultureInfo.InvariantCulture);
        var held = memory.Options.RangeStaysAtFirstChunk ? upload.FirstChunk : upload.Length;
        if (!memory.Options.OmitsRange)
            answer.Headers["Range"] = string.Create(CultureInfo.InvariantCulture, $"0-{Math.Max(0, held - 1)}");
        return answer;
    }

    private static string State(UploadMemory upload) => $"state-{FaultRegistry.SecretMark}-{upload.Step}~";

    private static string Location(RegistryMemory memory, FaultRegistry registry, UploadMemory upload)
    {
        var path = $"/v2/{upload.Repository}/blobs/uploads/{upload.Id}";
        return memory.Options.Location switch
        {
            LocationForm.Absolute => $"http://{registry.Host}{path}?_state={State(upload)}%7e",
            LocationForm.WithoutScheme => $"//{registry.Host}{path}?_state={State(upload)}",
            LocationForm.WithoutQuery => $"{path}/{State(upload)}",
            _ => $"{path}?_state={State(upload)}",
        };
    }
}
