using RegistryCache.Fixtures.Servers;
using RegistryCache.Testing;

namespace RegistryCache.Oci.Tests.Faults;

/// <summary>The placements: every step of every operation with every fault that can occur there, once and permanently.</summary>
internal static class FaultMatrix
{
    private const int Ever = 1_000_000;

    private static readonly (FaultOperation Operation, string Method, RequestKind Kind)[] Steps =
    [
        (FaultOperation.Export, "HEAD", RequestKind.Blob),
        (FaultOperation.Export, "POST", RequestKind.UploadStart),
        (FaultOperation.Export, "PUT", RequestKind.Upload),
        (FaultOperation.Export, "PUT", RequestKind.Manifest),
        (FaultOperation.Export, "POST", RequestKind.Token),
        (FaultOperation.Import, "GET", RequestKind.Manifest),
        (FaultOperation.Import, "GET", RequestKind.Blob),
        (FaultOperation.Import, "POST", RequestKind.Token),
        (FaultOperation.Copy, "POST", RequestKind.Mount),
        (FaultOperation.PushWhole, "PUT", RequestKind.Upload),
        (FaultOperation.PushChunks, "PATCH", RequestKind.Upload),
        (FaultOperation.PullRanges, "GET", RequestKind.Blob),
    ];

    public static IEnumerable<FaultPlacement> All() =>
        Passing().Concat(Bodies()).Concat(Requests()).Concat(Uploads()).Concat(Redirects()).Concat(Lasting());

    // Transient faults must not fail the run.
    private static IEnumerable<FaultPlacement> Passing()
    {
        foreach (var (operation, method, kind) in Steps)
        {
            RegistryFault[] faults =
            [
                RegistryFault.Cut(), RegistryFault.LostAnswer(), RegistryFault.Status(500), RegistryFault.Status(502), RegistryFault.Status(503), RegistryFault.Status(503, "1"), RegistryFault.RetryAt(503, 2),
                RegistryFault.Status(429), RegistryFault.Status(429, "1"), RegistryFault.RetryAt(429, 2), RegistryFault.Status(408), RegistryFault.Stall(),
            ];
            foreach (var fault in faults)
                yield return new FaultPlacement(operation, method, kind, fault);
            yield return new FaultPlacement(operation, method, kind, RegistryFault.Status(503, "1")) { Count = 2, Occurrence = 1 };
            if (kind != RequestKind.Token)
                yield return new FaultPlacement(operation, method, kind, RegistryFault.TokenExpired());
        }

        foreach (var (operation, method, kind) in Steps.Where(static step => step.Operation is FaultOperation.Export or FaultOperation.Import && step.Kind is RequestKind.Blob or RequestKind.Upload))
        {
            yield return new FaultPlacement(operation, method, kind, RegistryFault.Cut()) { Occurrence = 3 };
            yield return new FaultPlacement(operation, method, kind, RegistryFault.TokenExpired()) { Occurrence = 4 };
        }
    }

    // Answers with bodies that are cut, late, longer or shorter than announced, or wrong.
    private static IEnumerable<FaultPlacement> Bodies()
    {
        foreach (var kind in new[] { RequestKind.Manifest, RequestKind.Blob })
        {
            foreach (var fault in new[]
            {
                RegistryFault.CutAnswer(0), RegistryFault.CutAnswer(1), RegistryFault.CutAnswer(100), RegistryFault.CutAnswer(2000), RegistryFault.StallAnswer(0), RegistryFault.StallAnswer(50),
                RegistryFault.Drip(), RegistryFault.NoLength(), RegistryFault.Longer(10), RegistryFault.WithoutHeader("Docker-Content-Digest"), RegistryFault.WithoutHeader("Content-Type"),
            })
                yield return new FaultPlacement(FaultOperation.Import, "GET", kind, fault) { Errors = Missing(fault, kind), Occurrence = Real(kind) };
            yield return Damaged(FaultOperation.Import, kind, RegistryFault.Corrupt(0)) with { Occurrence = Real(kind) };
            yield return Damaged(FaultOperation.Import, kind, RegistryFault.Corrupt(60)) with { Occurrence = Real(kind) };
            yield return Damaged(FaultOperation.Import, kind, RegistryFault.Shorter(1)) with { Occurrence = Real(kind) };
            yield return Damaged(FaultOperation.Import, kind, RegistryFault.Shorter(100_000)) with { Occurrence = Real(kind) };
        }

        foreach (var fault in new[] { RegistryFault.CutAnswer(0), RegistryFault.CutAnswer(1), RegistryFault.CutAnswer(60_000), RegistryFault.StallAnswer(100), RegistryFault.Drip(), RegistryFault.Longer(10), RegistryFault.WithStatus(200) })
        {
            // A 200 with only the bytes of the range is wrong, and the digest detects it.
            yield return new FaultPlacement(FaultOperation.PullRanges, "GET", RequestKind.Blob, fault)
            {
                Occurrence = 2,
                Errors = fault.Name.StartsWith("answered", StringComparison.Ordinal) ? [RegistryCacheErrorCode.DigestMismatch, RegistryCacheErrorCode.SizeMismatch, RegistryCacheErrorCode.RegistryProtocol] : [],
            };
        }

        yield return Damaged(FaultOperation.PullRanges, RequestKind.Blob, RegistryFault.Corrupt(70)) with { Occurrence = 2 };
        yield return Damaged(FaultOperation.PullRanges, RequestKind.Blob, RegistryFault.WithHeader("Content-Range", "bytes 0-9/10")) with { Occurrence = 2 };
        yield return Damaged(FaultOperation.PullRanges, RequestKind.Blob, RegistryFault.WithoutHeader("Content-Range")) with { Occurrence = 2 };
    }

    // Bodies that do not arrive.
    private static IEnumerable<FaultPlacement> Requests()
    {
        foreach (var (operation, method, kind) in Steps.Where(static step => step.Method is "PUT" or "PATCH"))
        {
            var longest = operation == FaultOperation.Export ? 90 : 60_000;
            foreach (var fault in new[] { RegistryFault.CutRequest(0), RegistryFault.CutRequest(1), RegistryFault.CutRequest(longest), RegistryFault.StallRequest(1) })
                yield return new FaultPlacement(operation, method, kind, fault);
        }

        foreach (var quirks in new RegistryQuirks[] { new() { RangeStaysAtFirstChunk = true }, new() { OmitsRange = true }, new() { MaxPatches = 1 } })
        {
            yield return new FaultPlacement(FaultOperation.PushWhole, "PUT", RequestKind.Upload, RegistryFault.CutRequest(1_000_000)) { Registry = new() { Quirks = quirks } };
            yield return new FaultPlacement(FaultOperation.PushChunks, "PATCH", RequestKind.Upload, RegistryFault.CutRequest(30_000)) { Occurrence = 2, Registry = new() { Quirks = quirks }, Count = 1 };
        }
    }

    // Misleading answers to uploads.
    private static IEnumerable<FaultPlacement> Uploads()
    {
        yield return new(FaultOperation.Export, "POST", RequestKind.UploadStart, RegistryFault.WithoutHeader("Location"))
        {
            MaySucceed = false,
            Errors = [RegistryCacheErrorCode.RegistryProtocol],
        };
        yield return new(FaultOperation.Export, "POST", RequestKind.UploadStart, RegistryFault.WithStatus(200));
        yield return new(FaultOperation.Export, "POST", RequestKind.UploadStart, RegistryFault.WithStatus(204));
        yield return new(FaultOperation.Export, "POST", RequestKind.UploadStart, RegistryFault.WithHeader("Location", "http://[")) { MaySucceed = false, Errors = [RegistryCacheErrorCode.RegistryProtocol] };
        yield return new(FaultOperation.Export, "PUT", RequestKind.Upload, RegistryFault.WithStatus(200));
        yield return new(FaultOperation.Export, "PUT", RequestKind.Upload, RegistryFault.WithStatus(202));
        yield return new(FaultOperation.Export, "PUT", RequestKind.Upload, RegistryFault.Confirms(202));
        yield return new(FaultOperation.Export, "PUT", RequestKind.Upload, RegistryFault.Confirms(201))
        {
            // All bytes may have gone by the time of the false answer; then the registry refuses the manifest.
            Errors = [RegistryCacheErrorCode.RegistryResponse],
        };
        yield return new(FaultOperation.Export, "PUT", RequestKind.Upload, RegistryFault.WithHeader("Docker-Content-Digest", "sha256:" + new string('0', 64)))
        {
            MaySucceed = false,
            Errors = [RegistryCacheErrorCode.DigestMismatch],
        };
        yield return new(FaultOperation.PushChunks, "PATCH", RequestKind.Upload, RegistryFault.WithoutHeader("Location")) { Occurrence = 2 };
        yield return new(FaultOperation.PushChunks, "PATCH", RequestKind.Upload, RegistryFault.WithoutHeader("Range")) { Occurrence = 2 };
        yield return new(FaultOperation.PushChunks, "PATCH", RequestKind.Upload, RegistryFault.WithHeader("Range", "0-0")) { Occurrence = 2 };
        yield return new(FaultOperation.PushChunks, "PATCH", RequestKind.Upload, RegistryFault.Status(416)) { Occurrence = 2 };
        yield return new(FaultOperation.PushChunks, "PATCH", RequestKind.Upload, RegistryFault.Status(405, code: "UNSUPPORTED"));
        yield return new(FaultOperation.PushChunks, "PUT", RequestKind.Upload, RegistryFault.LostAnswer());
        yield return new(FaultOperation.PushChunks, "PUT", RequestKind.Upload, RegistryFault.Cut());
        yield return new(FaultOperation.PushWhole, "PUT", RequestKind.Upload, RegistryFault.Status(405, code: "UNSUPPORTED"));
        yield return new(FaultOperation.PushWhole, "PUT", RequestKind.Upload, RegistryFault.Status(417));
        yield return new(FaultOperation.PushWhole, "PUT", RequestKind.Upload, RegistryFault.Status(404, code: "BLOB_UPLOAD_UNKNOWN"));
        yield return new(FaultOperation.PushWhole, "PUT", RequestKind.Upload, RegistryFault.Status(400, code: "DIGEST_INVALID"));
        foreach (var status in new[] { 202, 401 })
            yield return new(FaultOperation.Copy, "POST", RequestKind.Mount, RegistryFault.RedirectHome()) { Registry = new() { Authentication = TestAccount.Bearer, Quirks = new() { MountStatus = status } } };
        foreach (var status in new[] { 400, 401, 403, 404, 405 })
            yield return new(FaultOperation.Copy, "POST", RequestKind.Mount, RegistryFault.Status(status));
        yield return new(FaultOperation.Copy, "POST", RequestKind.Mount, RegistryFault.WithoutHeader("Location")) { Registry = new() { Authentication = TestAccount.Bearer, Quirks = new() { MountStatus = 202 } } };
        foreach (var form in Enum.GetValues<LocationForm>())
            yield return new(FaultOperation.Export, "PUT", RequestKind.Upload, RegistryFault.CutRequest(1)) { Registry = new() { Authentication = TestAccount.Basic, Quirks = new() { Location = form } } };
    }

    private static IEnumerable<FaultPlacement> Redirects()
    {
        foreach (var status in new[] { 301, 302, 303, 307, 308 })
        {
            yield return new(FaultOperation.Import, "GET", RequestKind.Blob, RegistryFault.RedirectAway(status));
            yield return new(FaultOperation.Import, "GET", RequestKind.Manifest, RegistryFault.RedirectHome(status));
        }

        yield return new(FaultOperation.PullRanges, "GET", RequestKind.Blob, RegistryFault.RedirectAway()) { Occurrence = 2 };
        yield return new(FaultOperation.Export, "PUT", RequestKind.Upload, RegistryFault.RedirectHome(308));
        foreach (var (method, kind) in new[] { ("POST", RequestKind.UploadStart), ("PUT", RequestKind.Upload), ("PUT", RequestKind.Manifest) })
        {
            // The second origin takes nothing; what matters is that no credential goes there.
            yield return new(FaultOperation.Export, method, kind, RegistryFault.RedirectAway())
            {
                Errors = [RegistryCacheErrorCode.RegistryResponse, RegistryCacheErrorCode.RegistryUnauthorized],
            };
            yield return new(FaultOperation.Export, method, kind, RegistryFault.RedirectAway(302)) { MaySucceed = false, Errors = [RegistryCacheErrorCode.RegistryProtocol] };
        }

        // The redirect has the upload's state in its path, which is as secret as the upload's own URL.
        yield return new(FaultOperation.PushWhole, "PUT", RequestKind.Upload, RegistryFault.RedirectAway())
        {
            Count = Ever,
            MaySucceed = false,
            Errors = [RegistryCacheErrorCode.RegistryResponse],
            Registry = new() { Authentication = TestAccount.Bearer, Quirks = new() { Location = LocationForm.WithoutQuery } },
        };
        yield return new(FaultOperation.Import, "GET", RequestKind.Blob, RegistryFault.RedirectHome()) { Count = Ever, MaySucceed = false, Errors = [RegistryCacheErrorCode.RegistryProtocol] };
        var redirecting = new TestRegistryOptions { Authentication = TestAccount.Bearer, Quirks = new() { RedirectsBlobs = true } };
        foreach (var fault in new[] { RegistryFault.Cut(), RegistryFault.CutAnswer(100), RegistryFault.Status(503, "1"), RegistryFault.Status(500), RegistryFault.StallAnswer(10) })
            yield return new(FaultOperation.Import, "GET", RequestKind.Storage, fault) { Registry = redirecting };
    }

    // Permanent faults end in the error that describes them.
    private static IEnumerable<FaultPlacement> Lasting()
    {
        foreach (var (operation, method, kind) in Steps.Where(static step => step.Operation is FaultOperation.Export or FaultOperation.Import))
        {
            foreach (var status in new[] { 400, 401, 403, 404, 413, 429, 500, 503 })
            {
                var code = status is 401 or 403 ? RegistryCacheErrorCode.RegistryUnauthorized : RegistryCacheErrorCode.RegistryResponse;
                var placement = Lasting(operation, method, kind, RegistryFault.Status(status), code);
                yield return kind == RequestKind.Manifest && status is 400 or 403 or 404 or 413 ? placement with { MostRequests = 1 } : placement;
            }

            yield return Lasting(operation, method, kind, RegistryFault.Cut(), RegistryCacheErrorCode.RegistryUnreachable);
            yield return Lasting(operation, method, kind, RegistryFault.Status(429, "100000"), RegistryCacheErrorCode.RegistryResponse);
        }

        yield return Lasting(FaultOperation.Import, "GET", RequestKind.Manifest, RegistryFault.Stall(), RegistryCacheErrorCode.TransferStalled);
        yield return Lasting(FaultOperation.Import, "GET", RequestKind.Blob, RegistryFault.StallAnswer(20), RegistryCacheErrorCode.TransferStalled);
        yield return Lasting(FaultOperation.Import, "GET", RequestKind.Blob, RegistryFault.StallAnswer(0), RegistryCacheErrorCode.TransferStalled);
        yield return Lasting(FaultOperation.Export, "PUT", RequestKind.Manifest, RegistryFault.Stall(), RegistryCacheErrorCode.TransferStalled);
        yield return Lasting(FaultOperation.Export, "PUT", RequestKind.Upload, RegistryFault.CutRequest(0), RegistryCacheErrorCode.RegistryUnreachable);
        yield return Lasting(FaultOperation.Import, "GET", RequestKind.Blob, RegistryFault.CutAnswer(0), RegistryCacheErrorCode.RegistryUnreachable);
    }

    private static FaultPlacement Lasting(FaultOperation operation, string method, RequestKind kind, RegistryFault fault, RegistryCacheErrorCode code)
    {
        var placement = new FaultPlacement(operation, method, kind, fault) { Count = Ever, MaySucceed = false, Errors = [code] };

        // A blob whose existence cannot be checked is sent, and a token can also be requested by GET.
        if (operation == FaultOperation.Export && method == "HEAD" && fault.Name is "400" or "401" or "403" or "404" or "500" or "501")
            return placement with { MaySucceed = true };
        if (kind == RequestKind.Token && fault.Name is "400" or "401" or "403" or "404")
            return placement with { MaySucceed = true, Errors = [] };
        if (operation == FaultOperation.Import && fault.Name == "404")
            return placement with { Errors = [RegistryCacheErrorCode.ContentNotFound] };
        return placement;
    }

    // The first request for a manifest is answered with the challenge.
    private static int Real(RequestKind kind) => kind == RequestKind.Manifest ? 2 : 1;

    private static FaultPlacement Damaged(FaultOperation operation, RequestKind kind, RegistryFault fault) => new(operation, "GET", kind, fault)
    {
        MaySucceed = false,
        Errors =
        [
            RegistryCacheErrorCode.DigestMismatch, RegistryCacheErrorCode.SizeMismatch, RegistryCacheErrorCode.RegistryProtocol,
        ],
    };

    // Without its type a manifest is judged by its content, and may be refused.
    private static RegistryCacheErrorCode[] Missing(RegistryFault fault, RequestKind kind) =>
        kind == RequestKind.Manifest && fault.Name.Contains("Content-Type", StringComparison.Ordinal) ? [RegistryCacheErrorCode.InvalidManifest] : [];
}
