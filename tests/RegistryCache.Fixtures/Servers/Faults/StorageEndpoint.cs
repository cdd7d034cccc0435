namespace RegistryCache.Fixtures.Servers.Faults;

/// <summary>The second origin: object storage that wants its signed URLs untouched and nobody's credentials.</summary>
internal static class StorageEndpoint
{
    public static RegistryAnswer Answer(RegistryMemory memory, FaultRegistry registry, FaultRequest request)
    {
        if (request.Http.Request.Headers.Authorization.Count > 0)
        {
            memory.Leaks.Enqueue($"authorization on {request.Method} {request.Target}");
            return RegistryAnswer.Error(400, "InvalidArgument", "Only one auth mechanism allowed");
        }

        var path = request.Target.Split('?')[0];
        var last = path.LastIndexOf('/');
        var repository = path.StartsWith("/store/", StringComparison.Ordinal) && last > 7 ? path[7..last] : "";
        var expected = registry.StorageUrl(new FaultRequest(request.Http, RequestKind.Blob, repository, request.Reference));
        if (!expected.EndsWith(request.Target, StringComparison.Ordinal))
            return memory.Violated($"the signature of {request.Target} does not match", 403, "SignatureDoesNotMatch");
        if (request.Method is not ("GET" or "HEAD") || !memory.Repository(repository).Blobs.TryGetValue(request.Reference, out var blob))
            return RegistryAnswer.Error(404, "NoSuchKey");
        return BlobEndpoint.Content(memory, request, blob);
    }
}
