using System.Diagnostics;
using Microsoft.Extensions.Http.Resilience;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using Polly;
using RegistryCache.Oci;
using Worker;

var spans = new List<Activity>();
var metrics = new List<Metric>();
var builder = Host.CreateApplicationBuilder(args);
var target = builder.Configuration["Folder:Target"] ?? throw new InvalidOperationException("Folder:Target is missing.");

#region add
builder.Services.AddRegistryCache(builder.Configuration.GetSection("RegistryCache"))
    .UseCredentials<VaultCredentials>();
#endregion

#region resilience
builder.Services.AddRegistryCache().ConfigureHttpClients(client => client.AddResilienceHandler(
    "registry", pipeline => pipeline.AddCircuitBreaker(new HttpCircuitBreakerStrategyOptions())));
#endregion

#region health
builder.Services.AddHealthChecks().AddRegistryCache(target, RegistryAccessCheck.PullAndPush);
#endregion

#region telemetry
builder.Services.AddOpenTelemetry()
    .WithTracing(tracing => tracing
        .AddSource(BuildCache.ActivitySourceName, RegistryClient.ActivitySourceName).AddInMemoryExporter(spans))
    .WithMetrics(metering => metering
        .AddMeter(BuildCache.MeterName, RegistryClient.MeterName).AddInMemoryExporter(metrics));
#endregion

builder.Services.AddHostedService<PackageWorker>();
using var host = builder.Build();
await host.StartAsync();
await host.WaitForShutdownAsync();

host.Services.GetRequiredService<MeterProvider>().ForceFlush();
Console.WriteLine($"spans: {string.Join(' ', spans.Select(s => s.DisplayName).Where(n => !n.Contains('/')).Distinct().Order())}");
Console.WriteLine($"meters: {string.Join(' ', metrics.Select(m => m.Name).Distinct().Order(StringComparer.Ordinal))}");
