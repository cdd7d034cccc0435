using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using RegistryCache.Fixtures;
using RegistryCache.Oci;
using RegistryCache.Testing;

namespace RegistryCache.Hosting.Tests;

/// <summary>What a health check finds, and that it writes nothing.</summary>
internal sealed class HealthCheckTests
{
    [TestCase("anonymous", RegistryAccessCheck.Pull, "not-known")]
    [TestCase("anonymous", RegistryAccessCheck.PullAndPush, "not-known")]
    [TestCase("anonymous", RegistryAccessCheck.PullAndUpload, "yes")]
    [TestCase("basic", RegistryAccessCheck.PullAndPush, "not-known")]
    [TestCase("basic", RegistryAccessCheck.PullAndUpload, "yes")]
    [TestCase("bearer", RegistryAccessCheck.PullAndUpload, "yes")]
    public async Task A_registry_with_good_credentials_is_healthy(string kind, RegistryAccessCheck check, string push)
    {
        await using var registry = await StartAsync(kind);

        var result = await CheckAsync($"type=registry,ref={registry.Host}/acme/app:main", check, "secret-1");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(result.Status, Is.EqualTo(HealthStatus.Healthy), result.Description);
            Assert.That(result.Data["push"], Is.EqualTo(push));
            Assert.That(registry.Requests.Select(r => r.Method).Where(m => m is "PUT" or "PATCH"), Is.Empty, "nothing is written");
            Assert.That(
                registry.Requests.Count(r => r.Method is "POST" && r.Path.Contains("/blobs/")),
                Is.EqualTo(check == RegistryAccessCheck.PullAndUpload ? registry.Requests.Count(r => r.Method == "DELETE") : 0), "an upload is cancelled");
        }
    }

    [TestCase("basic")]
    [TestCase("bearer")]
    public async Task Wrong_credentials_are_unhealthy_and_stay_hidden(string kind)
    {
        await using var registry = await StartAsync(kind);

        var result = await CheckAsync($"type=registry,ref={registry.Host}/acme/app:main", RegistryAccessCheck.PullAndPush, "wrong-2");

        Assert.That(result.Status, Is.EqualTo(HealthStatus.Unhealthy));
        Assert.That(result.Description, Does.Contain("401").And.Not.Contain("wrong-2"));
        Assert.That((result.Exception as RegistryCacheException)?.Code, Is.EqualTo(RegistryCacheErrorCode.RegistryUnauthorized));
    }

    [Test]
    public async Task A_registry_that_cannot_be_reached_is_unhealthy_at_once()
    {
        // Port 1 on loopback: nothing listens there.
        var result = await CheckAsync("type=registry,ref=localhost:1/acme/app:main", RegistryAccessCheck.PullAndPush, "secret-1");

        Assert.That(result.Status, Is.EqualTo(HealthStatus.Unhealthy));
        Assert.That((result.Exception as RegistryCacheException)?.IsTransient, Is.True);
    }

    [Test]
    public async Task A_registry_that_refuses_uploads_is_unhealthy_for_a_writer()
    {
        await using var registry = await StartAsync("anonymous");
        registry.Faults.Add("*", RequestKind.UploadStart, RegistryFault.Status(403));

        var reader = await CheckAsync($"type=registry,ref={registry.Host}/acme/app:main", RegistryAccessCheck.Pull, "secret-1");
        var writer = await CheckAsync($"type=registry,ref={registry.Host}/acme/app:main", RegistryAccessCheck.PullAndUpload, "secret-1");

        Assert.That((reader.Status, writer.Status), Is.EqualTo((HealthStatus.Healthy, HealthStatus.Unhealthy)), writer.Description);
        Assert.That(writer.Data["push"], Is.EqualTo("no"));
    }

    [Test]
    public async Task A_directory_is_looked_at_and_not_created()
    {
        using var folder = new ScratchDirectory();

        var result = await CheckAsync($"type=local,dest={folder["none"]}", RegistryAccessCheck.PullAndPush, "secret-1");

        Assert.That(result.Status, Is.EqualTo(HealthStatus.Healthy));
        Assert.That(Directory.Exists(folder["none"]), Is.False);
    }

    [Test]
    public async Task A_target_without_a_place_is_unhealthy_and_says_why()
    {
        var result = await CheckAsync("type=inline", RegistryAccessCheck.Pull, "secret-1");

        Assert.That((result.Status, result.Exception), Is.EqualTo((HealthStatus.Unhealthy, (Exception?)null)));
        Assert.That(result.Description, Does.StartWith("'type=inline' has no place"));
    }

    [TestCase("pull,push", true)]
    [TestCase("pull", false)]
    public async Task A_token_says_whether_it_may_be_written(string granted, bool canPush)
    {
        var token = "head." + System.Buffers.Text.Base64Url.EncodeToString(System.Text.Encoding.UTF8.GetBytes(
            $$"""{"access":[{"type":"repository","name":"acme/app","actions":["{{granted.Replace(",", "\",\"")}}"]}]}""")) + ".sign";
        await using var registry = await StartAsync("anonymous");
        await using var client = new RegistryClient(new RegistryClientOptions
        {
            Credentials = CredentialProvider.FromMemory(new Dictionary<string, RegistryCredential> { [registry.Host] = RegistryCredential.FromRegistryToken(token) }),
        });

        var access = await client.CheckAccessAsync(ImageReference.Parse($"{registry.Host}/acme/app:main"));

        Assert.That(access.CanPush, Is.EqualTo(canPush), access.Evidence);
    }

    private static Task<TestRegistry> StartAsync(string kind) => TestRegistry.StartAsync(new TestRegistryOptions
    {
        Authentication = kind switch
        {
            "basic" => RegistryAuthentication.Basic("bot", "secret-1"),
            "bearer" => RegistryAuthentication.Bearer("bot", "secret-1"),
            _ => RegistryAuthentication.Anonymous,
        },
    });

    private static async Task<HealthReportEntry> CheckAsync(string target, RegistryAccessCheck check, string password)
    {
        var services = new ServiceCollection().AddLogging();
        services.AddRegistryCache().UseCredentials(_ => CredentialProvider.FromDelegate(
            (_, _, _) => ValueTask.FromResult<RegistryCredential?>(RegistryCredential.FromPassword("bot", password))));
        services.AddHealthChecks().AddRegistryCache(target, check);
        await using var provider = services.BuildServiceProvider();
        var report = await provider.GetRequiredService<HealthCheckService>().CheckHealthAsync();
        return report.Entries["registry-cache"];
    }
}
