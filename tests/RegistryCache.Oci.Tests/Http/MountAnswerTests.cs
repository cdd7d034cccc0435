using System.Net;
using RegistryCache.Storage;
using RegistryCache.Testing.Samples;

namespace RegistryCache.Oci.Tests.Http;

/// <summary>A mount that is answered 201: the Location decides whether the client checks that the blob exists.</summary>
[TestFixture]
public sealed class MountAnswerTests
{
    [TestCase("/v2/a/b/blobs/{0}", null, true, false)]
    [TestCase("/v2/a/b/blobs/{0}", "{0}", true, false)]
    [TestCase(null, null, true, true)]
    [TestCase("/v2/a/b/blobs/uploads/1", null, true, true)]
    [TestCase("/v2/a/b/blobs/{0}", "sha256:0000000000000000000000000000000000000000000000000000000000000000", true, true)]
    [TestCase(null, null, false, true)]
    [TestCase("/v2/a/b/blobs/{0}", null, true, true, HttpStatusCode.Accepted)]
    [TestCase("/v2/a/b/blobs/{0}", null, false, true, HttpStatusCode.Accepted)]
    public async Task A_mount_is_believed_or_asked_for(
        string? location, string? digest, bool isThere, bool isAsked, HttpStatusCode status = HttpStatusCode.Created)
    {
        var blob = TestBlob.Create(1000);
        var (mounted, stored, heads) = (false, false, 0);
        HttpResponseMessage Answer(HttpRequestMessage request)
        {
            var path = request.RequestUri!.PathAndQuery;
            if (request.Method == HttpMethod.Head)
            {
                heads++;
                var found = new HttpResponseMessage((mounted && isThere) || stored ? HttpStatusCode.OK : HttpStatusCode.NotFound) { Content = new ByteArrayContent(new byte[1000]) };
                return found;
            }

            var answer = new HttpResponseMessage(
                path.Contains("mount=", StringComparison.Ordinal) ? status : request.Method == HttpMethod.Put ? HttpStatusCode.Created : HttpStatusCode.Accepted);
            stored |= request.Method == HttpMethod.Put && path.Contains("/uploads/", StringComparison.Ordinal);
            if (request.Method == HttpMethod.Post && path.Contains("mount=", StringComparison.Ordinal))
            {
                mounted = true;
                Add(answer, "Location", location, blob.Digest);
                Add(answer, "Docker-Content-Digest", digest, blob.Digest);
            }
            else if (request.Method == HttpMethod.Post)
            {
                Add(answer, "Location", "/v2/a/b/blobs/uploads/1", blob.Digest);
            }

            return answer;
        }

        var handler = new ScriptedHandler(Answer);
        await using var client = new RegistryClient(new RegistryClientOptions { ConfigureHandler = _ => handler });

        var result = await client.OpenRepository("r.example", "a/b")
            .PushBlobAsync(blob.Descriptor, new Elsewhere(blob.Source), null, CancellationToken.None);

        // The body is not read here, so an upload is visible only by its PUT.
        Assert.That((result.Outcome == BlobPushOutcome.Mounted, stored), Is.EqualTo((isThere, !isThere)));
        Assert.That(heads > 1, Is.EqualTo(isAsked), "the first question comes before the mount");
    }

    private static void Add(HttpResponseMessage answer, string name, string? value, Digest digest)
    {
        if (value is not null)
            answer.Headers.TryAddWithoutValidation(name, string.Format(System.Globalization.CultureInfo.InvariantCulture, value, digest));
    }

    private sealed class Elsewhere(BlobSource inner) : BlobSource
    {
        public override long? Length => inner.Length;

        public override ImageReference? Origin => ImageReference.Parse("r.example/a/other");

        public override ValueTask<Stream> OpenReadAsync(CancellationToken cancellationToken) => inner.OpenReadAsync(cancellationToken);
    }
}
