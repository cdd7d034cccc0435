using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using RegistryCache.Fixtures.Servers;

namespace RegistryCache.Testing.Tests.Differential;

/// <summary>The same requests to the real <c>docker-registry</c> and to ours: the same status, the same headers that matter, the same bytes.
/// <see cref="Known"/> lists each difference with its reason.</summary>
[Category("Integration")]
internal sealed partial class DifferentialTests
{
    private static readonly string[] Headers = ["Docker-Content-Digest", "Content-Range", "Range", "Content-Type", "Content-Length", "Location", "Link"];

    // The request (a regular expression), their status, ours, and why the answers differ. "Old" is distribution 2.8.
    private static readonly (string Request, string Theirs, string Ours, string Reason)[] Known =
    [
        ("^HEAD /v2/diff/app/tags/list", "405", "404", "RFC 9110, 9.1: a server supports HEAD where it supports GET; the repository does not exist yet"),
        ("digest=sha512:", "201", "201", "spec, Pushing Manifests and blobs: the digest is the one that the client gave; old calculates its own"),
        ("Content-Range: 5-14", "202", "416", "spec, Pushing a blob in chunks: a chunk out of order MUST be 416; old does not check"),
        ("Range: bytes=(1000-|5000-6000)", "no answer", "416", "RFC 9110, 15.5.17; old announces a body that it does not send"),
        ("^POST .*third.*mount=sha256:73b6[0-9a-f]+$", "202", "201", "spec, Mounting: from may be left out; old wants it"),
        ("^POST .*uploads/.digest=", "202", "201", "spec, Single POST: MAY be supported; old does not"),
        ("^PUT /v2/diff/app/manifests/bad", "500", "400", "a body that is no object is the client's fault"),
        ("/referrers/", "404", "200", "spec 1.1, Listing Referrers; old is older"),
        ("tags/list.(n|last)=[^x-]*$", "200", "200", "spec, Listing Tags: pages; old ignores n and last"),
        ("tags/list.n=(-1|x)", "200", "400", "old ignores n"),
        ("^GET /v2/(UPPER/app|a\\.\\.b|-a/b|a/b-/c)/tags/list", "404", "400", "spec, Error Codes: NAME_INVALID; old has no route for the name"),
        ("^POST /v2/(a\\.\\.b|-a/b|a/b-/c)/blobs", "404", "400", "spec, Error Codes: NAME_INVALID; old has no route for the name"),
        ("^POST /v2/UPPER/app/blobs", "202", "400", "spec, Pulling manifests: names are lower case; old takes the first part for a host"),
        ("/v2/a//b/", "301", "400", "spec, Error Codes: NAME_INVALID; old redirects to a clean path"),
        ("^GET / ", "200", "404", "nothing is there; old has an empty page for load balancers"),
        ("/blobs/nonsense", "404", "400", "spec, Error Codes: DIGEST_INVALID; old has no route for the digest"),
        ("^DELETE /v2/diff/tags/manifests/t00", "400", "202", "spec, Deleting tags; old cannot, as TagDeletionStatus = 400 says"),
        ("^GET /v2/diff/tags/tags/list$", "200", "200", "an empty list is [], not null"),
    ];

    [Test]
    public async Task The_answers_are_those_of_docker_registry()
    {
        await using var server = await RegistryServer.StartAsync();
        await using var ours = await TestRegistry.StartAsync();
        using var theirClient = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri($"http://{server.Host}") };
        using var ourClient = ours.CreateClient();
        var (theirLocation, ourLocation, count) = ("", "", 0);
        var used = new HashSet<string>(StringComparer.Ordinal);
        var differences = new List<string>();
        foreach (var exchange in Scenarios.All())
        {
            count++;
            (var their, theirLocation) = await SendAsync(theirClient, exchange, theirLocation);
            (var our, ourLocation) = await SendAsync(ourClient, exchange, ourLocation);
            if (their == our)
                continue;
            if (Array.Find(Known, k => Regex.IsMatch(exchange.ToString(), k.Request) && their.StartsWith(k.Theirs, StringComparison.Ordinal) && our.StartsWith(k.Ours, StringComparison.Ordinal)) is { Request: { } request })
                used.Add(request);
            else
                differences.Add($"{exchange}\n    theirs {their}\n    ours   {our}");
        }

        await TestContext.Out.WriteLineAsync($"{count} requests");
        Assert.That(differences, Is.Empty, string.Join('\n', differences));
        Assert.That(Known.Select(static k => k.Request).Except(used), Is.Empty, "differences that are no more");
        Assert.That(count, Is.GreaterThanOrEqualTo(300));
    }

    private static async Task<(string Answer, string Location)> SendAsync(HttpClient client, Exchange exchange, string location)
    {
        try
        {
            return await TakeAsync(client, exchange, location);
        }
        catch (HttpRequestException e)
        {
            return ($"no answer: {e.HttpRequestError}", location);
        }
    }

    private static async Task<(string Answer, string Location)> TakeAsync(HttpClient client, Exchange exchange, string location)
    {
        var target = exchange.Target.Replace("{location}digest=", Wire.WithDigest(location, ""), StringComparison.Ordinal)
            .Replace("{location}", location, StringComparison.Ordinal);
        using var response = await client.SendAsync(exchange.Method, target, exchange.Body, exchange.Type, exchange.Headers);
        var success = response.IsSuccessStatusCode;
        var isJson = response.Header("Content-Type").StartsWith("application/json", StringComparison.Ordinal);
        var headers = Headers.Where(h => success ? !(isJson && h == "Content-Length") : h == "Content-Range").Select(h => $"{h}: {Plain(response.Header(h))}").Where(static h => !h.EndsWith(": ", StringComparison.Ordinal));
        var body = await response.Content.ReadAsByteArrayAsync();
        var bytes = !success || exchange.Method != "GET" ? "" : isJson ? JsonNode.Parse(body)!.ToJsonString() : Wire.Sha256(body)[7..15];
        var next = response.Header("Location");
        return ($"{(int)response.StatusCode} {string.Join(", ", headers)} {bytes}", next.Length > 0 ? next : location);
    }

    // Absolute or not, and which upload it is, says nothing.
    private static string Plain(string value) => Upload().Replace(Host().Replace(value, ""), "/uploads/…").Replace("; charset=utf-8", "", StringComparison.Ordinal);

    [GeneratedRegex("https?://[^/>]+")]
    private static partial Regex Host();

    [GeneratedRegex("/uploads/.+")]
    private static partial Regex Upload();
}
