using System.Threading.RateLimiting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Resilience;
using Polly.CircuitBreaker;
using Polly.RateLimiting;
using RegistryCache.Oci;
using RegistryCache.Storage;
using RegistryCache.Testing;
using RegistryCache.Testing.Samples;

namespace RegistryCache.Hosting.Tests;

/// <summary>Blobs through the standard resilience handler, which ends requests and repeats them.</summary>
internal sealed class ResilienceTests
{
    // What passes within the time limit. A request with more stalls, and the handler cuts it.
    private const int Passes = 300_000;

    [Test]
    public async Task An_upload_that_the_handler_cuts_goes_on_in_smaller_requests([Values] bool repeats)
    {
        await using var registry = await TestRegistry.StartAsync();
        registry.Faults.Add("*", RequestKind.Upload, RegistryFault.StallRequest(Passes), count: 1000);
        await using var services = Services(repeats);
        var blob = TestBlob.Create(3_000_000);

        await Store(services, registry).PushBlobAsync(blob.Descriptor, blob.Source, null, CancellationToken.None);

        Assert.That(await ReadAsync(services, registry, blob), Is.EqualTo(blob.Bytes));
        Assert.That(registry.Requests.Count(static r => r.Method == "PUT"), Is.EqualTo(2), "the whole blob once, and the end of the upload");
        Assert.That(registry.Requests.Count(static r => r.Method == "POST"), Is.EqualTo(1), "one upload");
        Assert.That(registry.Requests.Count(static r => r is { Method: "PATCH", Status: 202 }), Is.InRange(1, 30), "no smaller than needed");
    }

    [Test]
    public async Task A_failure_of_the_registry_is_not_repeated_by_the_handler_with_a_body_that_was_sent()
    {
        await using var registry = await TestRegistry.StartAsync();
        registry.Faults.Add("PUT", RequestKind.Upload, RegistryFault.Status(503));
        await using var services = Services(repeats: true);
        var blob = TestBlob.Create(200_000);
        var progress = new RecordedProgress<TransferProgress>();

        await Store(services, registry).PushBlobAsync(blob.Descriptor, blob.Source, progress, CancellationToken.None);

        Assert.That(await ReadAsync(services, registry, blob), Is.EqualTo(blob.Bytes));
        Assert.That(progress.Reports.Select(static r => r.BytesDone), Is.All.AtMost(200_000));
    }

    [Test]
    public async Task A_request_that_cannot_be_smaller_fails_with_the_limit_of_the_handler()
    {
        await using var registry = await TestRegistry.StartAsync();
        registry.Faults.Add("*", RequestKind.Upload, RegistryFault.StallRequest(0), count: 1000);
        await using var services = Services(repeats: false);
        var blob = TestBlob.Create(100_000);

        var error = Assert.CatchAsync<RegistryCacheException>(
            () => Store(services, registry).PushBlobAsync(blob.Descriptor, blob.Source, null, CancellationToken.None))!;

        Assert.That(error.Code, Is.EqualTo(RegistryCacheErrorCode.HandlerFailure), error.Message);
        Assert.That(error.Message, Does.Contain("00:00:00.5000000").And.Contain("remove the time limit of the handler"));
    }

    [Test]
    public async Task A_download_longer_than_the_limit_is_not_cut()
    {
        await using var registry = await TestRegistry.StartAsync();
        await using var services = Services(repeats: true);
        var blob = TestBlob.Create(6000);
        await Store(services, registry).PushBlobAsync(blob.Descriptor, blob.Source, null, CancellationToken.None);
        registry.Faults.Add("GET", RequestKind.Blob, RegistryFault.Drip());

        Assert.That(await ReadAsync(services, registry, blob), Is.EqualTo(blob.Bytes));
        Assert.That(registry.Requests.Count(static r => r.Method == "GET"), Is.EqualTo(1));
    }

    [Test]
    public async Task What_a_circuit_breaker_or_a_rate_limiter_throws_is_the_inner_exception([Values] bool breaks)
    {
        await using var registry = await TestRegistry.StartAsync();
        await using var limiter = new ConcurrencyLimiter(new ConcurrencyLimiterOptions { PermitLimit = 1 });
        using var taken = limiter.AttemptAcquire();
        await using var services = Services(repeats: true, options =>
        {
            if (breaks)
                options.CircuitBreaker.ManualControl = new CircuitBreakerManualControl(isIsolated: true);
            else
                options.RateLimiter.RateLimiter = args => limiter.AcquireAsync(1, args.Context.CancellationToken);
        });

        var error = Assert.CatchAsync<RegistryCacheException>(() => Store(services, registry).FindBlobAsync(TestBlob.Create(10).Digest, CancellationToken.None))!;

        Assert.That(error.InnerException, breaks ? Is.InstanceOf<BrokenCircuitException>() : Is.InstanceOf<RateLimiterRejectedException>());
        Assert.That((error.Code, error.IsTransient), Is.EqualTo((RegistryCacheErrorCode.HandlerFailure, false)));
        Assert.That(registry.Requests, Is.Empty);
    }

    private static IContentStore Store(IServiceProvider services, TestRegistry registry) =>
        services.GetRequiredService<RegistryClient>().OpenRepository(registry.Host, "acme/app");

    private static async Task<byte[]> ReadAsync(IServiceProvider services, TestRegistry registry, TestBlob blob)
    {
        await using var stream = await Store(services, registry).OpenBlobAsync(blob.Descriptor, CancellationToken.None);
        using var content = new MemoryStream();
        await stream.CopyToAsync(content);
        return content.ToArray();
    }

    private static ServiceProvider Services(bool repeats, Action<HttpStandardResilienceOptions>? configure = null)
    {
        var services = new ServiceCollection().AddLogging();
        services.AddRegistryCache(settings => settings.Registry.RetryDelay = TimeSpan.FromMilliseconds(20))
            .ConfigureHttpClients(client => client.AddStandardResilienceHandler(options =>
            {
                options.AttemptTimeout.Timeout = TimeSpan.FromMilliseconds(500);
                options.CircuitBreaker.SamplingDuration = TimeSpan.FromSeconds(5);
                options.Retry.Delay = TimeSpan.FromMilliseconds(1);
                if (!repeats)
                    options.Retry.ShouldHandle = _ => ValueTask.FromResult(false);
                configure?.Invoke(options);
            }));
        return services.BuildServiceProvider();
    }
}
