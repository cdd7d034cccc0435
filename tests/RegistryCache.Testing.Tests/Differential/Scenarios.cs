using System.Text;

namespace RegistryCache.Testing.Tests.Differential;

/// <summary>The requests that both registries get, in this order.</summary>
internal static class Scenarios
{
    private const string Octets = "application/octet-stream";
    private const string Repository = "diff/app";

    private static readonly byte[] Config = "{}"u8.ToArray();
    private static readonly (string, string) Accept = ("Accept", $"{Wire.ManifestType}, {Wire.IndexType}");

    public static IEnumerable<Exchange> All() =>
        [.. Begin(), .. Blobs(), .. Chunks(), .. Ranges(), .. Mounts(), .. Manifests(), .. Tags(), .. Odd(), .. Deletions()];

    private static IEnumerable<Exchange> Begin()
    {
        yield return new("GET", "/v2/");
        yield return new("HEAD", "/v2/");
        foreach (var kind in new[] { "tags/list", "manifests/none", $"blobs/{Wire.Sha256([0])}" })
        {
            yield return new("GET", $"/v2/{Repository}/{kind}", null, null, Accept);
            yield return new("HEAD", $"/v2/{Repository}/{kind}", null, null, Accept);
        }
    }

    private static IEnumerable<Exchange> Push(byte[] blob, string repository = Repository)
    {
        var digest = Wire.Sha256(blob);
        yield return new("HEAD", $"/v2/{repository}/blobs/{digest}");
        yield return new("POST", $"/v2/{repository}/blobs/uploads/");
        yield return new("PUT", "{location}digest=" + digest, blob, Octets);
        yield return new("HEAD", $"/v2/{repository}/blobs/{digest}");
        yield return new("GET", $"/v2/{repository}/blobs/{digest}");
    }

    private static IEnumerable<Exchange> Blobs()
    {
        foreach (var size in new[] { 0, 1, 2, 1000, 65_536, 300_000 })
        {
            foreach (var exchange in Push(Wire.Bytes(size, 7)))
                yield return exchange;
        }

        foreach (var exchange in Push(Config))
            yield return exchange;
        foreach (var digest in new[] { Wire.Sha256([1, 2]), "sha256:00", "nonsense", "" })
        {
            yield return new("POST", $"/v2/{Repository}/blobs/uploads/");
            yield return new("PUT", "{location}digest=" + digest, [9, 9], Octets);
        }

        yield return new("POST", $"/v2/{Repository}/blobs/uploads/");
        yield return new("PUT", "{location}digest=" + Wire.Sha512(Config), Config, Octets);
        yield return new("GET", $"/v2/{Repository}/blobs/uploads/00000000-0000-0000-0000-000000000000");
        yield return new("PUT", $"/v2/{Repository}/blobs/uploads/00000000-0000-0000-0000-000000000000?digest={Wire.Sha256(Config)}", Config, Octets);
    }

    private static IEnumerable<Exchange> Chunks()
    {
        foreach (var parts in new[] { 1, 2, 3, 5 })
        {
            var blob = Wire.Bytes(parts * 1000, parts);
            yield return new("POST", $"/v2/{Repository}/blobs/uploads/");
            yield return new("GET", "{location}");
            for (var i = 0; i < parts; i++)
            {
                yield return new("PATCH", "{location}", blob[(i * 1000)..((i + 1) * 1000)], Octets, ("Content-Range", $"{i * 1000}-{(i * 1000) + 999}"));
                yield return new("GET", "{location}");
            }

            yield return new("PUT", "{location}digest=" + Wire.Sha256(blob));
            yield return new("GET", $"/v2/{Repository}/blobs/{Wire.Sha256(blob)}");
        }

        // A stream without a range, and an upload that is given up.
        yield return new("POST", $"/v2/{Repository}/blobs/uploads/");
        yield return new("PATCH", "{location}", Wire.Bytes(5000), Octets);
        yield return new("PUT", "{location}digest=" + Wire.Sha256(Wire.Bytes(5000)));
        yield return new("POST", $"/v2/{Repository}/blobs/uploads/");
        yield return new("PATCH", "{location}", Wire.Bytes(5000), Octets);
        yield return new("DELETE", "{location}");
        yield return new("GET", "{location}");
        yield return new("POST", $"/v2/{Repository}/blobs/uploads/");
        yield return new("PATCH", "{location}", Wire.Bytes(10), Octets, ("Content-Range", "5-14"));
    }

    private static IEnumerable<Exchange> Ranges()
    {
        var target = $"/v2/{Repository}/blobs/{Wire.Sha256(Wire.Bytes(1000, 7))}";
        foreach (var range in new[] { "bytes=0-0", "bytes=0-", "bytes=10-19", "bytes=999-999", "bytes=990-2000", "bytes=-1", "bytes=-1000", "bytes=-2000", "bytes=1000-", "bytes=5000-6000" })
            yield return new("GET", target, null, null, ("Range", range));
        foreach (var from in Enumerable.Range(0, 100))
            yield return new("GET", target, null, null, ("Range", $"bytes={from * 10}-{(from * 10) + 9}"));
    }

    private static IEnumerable<Exchange> Mounts()
    {
        var digest = Wire.Sha256(Wire.Bytes(1000, 7));
        yield return new("POST", $"/v2/diff/other/blobs/uploads/?mount={digest}&from={Repository}");
        yield return new("HEAD", $"/v2/diff/other/blobs/{digest}");
        yield return new("POST", $"/v2/diff/third/blobs/uploads/?mount={digest}&from=diff/none");
        yield return new("POST", $"/v2/diff/third/blobs/uploads/?mount={Wire.Sha256([8, 8])}&from={Repository}");
        yield return new("POST", $"/v2/diff/third/blobs/uploads/?mount={digest}");
        yield return new("POST", $"/v2/diff/third/blobs/uploads/?digest={Wire.Sha256([5])}", [5], Octets);
    }

    private static IEnumerable<Exchange> Manifests()
    {
        var image = Wire.Manifest(Wire.Sha256(Config), layers: Wire.Sha256(Wire.Bytes(1000, 7)));
        var digest = Wire.Sha256(image);
        foreach (var reference in new[] { "v1", digest, "v2", "UPPER", "under_score", "dot.dash-" })
        {
            yield return new("PUT", $"/v2/{Repository}/manifests/{reference}", image, Wire.ManifestType);
            yield return new("HEAD", $"/v2/{Repository}/manifests/{reference}", null, null, Accept);
            yield return new("GET", $"/v2/{Repository}/manifests/{reference}", null, null, Accept);
        }

        var index = $$"""{"schemaVersion":2,"mediaType":"{{Wire.IndexType}}","manifests":[{"mediaType":"{{Wire.ManifestType}}","digest":"{{digest}}","size":{{image.Length}},"platform":{"architecture":"amd64","os":"linux"} }]}""";
        yield return new("PUT", $"/v2/{Repository}/manifests/index", Encoding.UTF8.GetBytes(index), Wire.IndexType);
        yield return new("GET", $"/v2/{Repository}/manifests/index", null, null, Accept);
        yield return new("PUT", $"/v2/{Repository}/manifests/bad", Wire.Manifest(Wire.Sha256(Config), layers: Wire.Sha256([4, 4, 4])), Wire.ManifestType);
        yield return new("PUT", $"/v2/{Repository}/manifests/bad", Wire.Manifest(Wire.Sha256([4, 4, 4])), Wire.ManifestType);
        foreach (var text in new[] { "", "{", "[]", "null", "{\"layers\":5}", "hello" })
            yield return new("PUT", $"/v2/{Repository}/manifests/bad", Encoding.UTF8.GetBytes(text), Wire.ManifestType);
        yield return new("PUT", $"/v2/{Repository}/manifests/{Wire.Sha256([4])}", image, Wire.ManifestType);
        yield return new("PUT", $"/v2/{Repository}/manifests/v1", image, Wire.IndexType);
        yield return new("GET", $"/v2/{Repository}/manifests/bad", null, null, Accept);
        yield return new("GET", $"/v2/{Repository}/manifests/{Wire.Sha256([4])}", null, null, Accept);
        yield return new("GET", $"/v2/{Repository}/referrers/{digest}");
    }

    private static IEnumerable<Exchange> Tags()
    {
        var image = Wire.Manifest(Wire.Sha256(Config), layers: Wire.Sha256(Wire.Bytes(1000, 7)));
        foreach (var exchange in Push(Config, "diff/tags").Concat(Push(Wire.Bytes(1000, 7), "diff/tags")))
            yield return exchange;
        foreach (var number in Enumerable.Range(0, 12))
            yield return new("PUT", $"/v2/diff/tags/manifests/t{number:D2}", image, Wire.ManifestType);
        yield return new("GET", "/v2/diff/tags/tags/list");
        foreach (var query in new[] { "n=5", "n=5&last=t04", "n=100", "last=t09", "n=3&last=zzz", "n=0", "n=-1", "n=x" })
            yield return new("GET", $"/v2/diff/tags/tags/list?{query}");
    }

    private static IEnumerable<Exchange> Odd()
    {
        foreach (var name in new[] { "UPPER/app", "a..b", "-a/b", "a/b-/c", "a//b" })
        {
            yield return new("GET", $"/v2/{name}/tags/list");
            yield return new("POST", $"/v2/{name}/blobs/uploads/");
        }

        foreach (var method in new[] { "POST", "PATCH" })
        {
            yield return new(method, $"/v2/{Repository}/manifests/v1", [], Wire.ManifestType);
            yield return new(method, $"/v2/{Repository}/blobs/{Wire.Sha256(Config)}", []);
            yield return new(method, $"/v2/{Repository}/tags/list", []);
        }

        foreach (var path in new[] { "/v2/diff/app/other", "/v1/", "/", "/v2/diff/app/blobs/nonsense", "/v2/diff/app/manifests/.bad" })
            yield return new("GET", path, null, null, Accept);
    }

    private static IEnumerable<Exchange> Deletions()
    {
        var image = Wire.Manifest(Wire.Sha256(Config), layers: Wire.Sha256(Wire.Bytes(1000, 7)));
        yield return new("DELETE", "/v2/diff/tags/manifests/t00");
        foreach (var _ in Enumerable.Range(0, 2))
            yield return new("DELETE", $"/v2/diff/tags/manifests/{Wire.Sha256(image)}");
        yield return new("GET", "/v2/diff/tags/manifests/t01", null, null, Accept);
        yield return new("GET", "/v2/diff/tags/tags/list");
        foreach (var _ in Enumerable.Range(0, 2))
            yield return new("DELETE", $"/v2/diff/tags/blobs/{Wire.Sha256(Config)}");
        yield return new("GET", $"/v2/diff/tags/blobs/{Wire.Sha256(Config)}");
        yield return new("DELETE", $"/v2/diff/none/manifests/{Wire.Sha256(image)}");
        yield return new("DELETE", $"/v2/diff/none/blobs/{Wire.Sha256(image)}");
    }
}
