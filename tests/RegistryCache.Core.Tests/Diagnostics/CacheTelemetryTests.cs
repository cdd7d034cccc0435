using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using RegistryCache.Core.Tests.Session;
using RegistryCache.Fixtures;
using static RegistryCache.Core.Tests.Session.SessionBench;

namespace RegistryCache.Core.Tests.Diagnostics;

/// <summary>What an application that listens with OpenTelemetry is told. Sources and meters are the process's, so nothing runs beside.</summary>
[NonParallelizable]
internal sealed class CacheTelemetryTests
{
    private readonly List<Activity> _spans = [];
    private readonly List<Metric> _metrics = [];
    private SessionBench _bench = null!;
    private TracerProvider _tracer = null!;
    private MeterProvider _meter = null!;

    [SetUp]
    public void Listen()
    {
        _spans.Clear();
        _metrics.Clear();
        _bench = new SessionBench();
        _tracer = Sdk.CreateTracerProviderBuilder().AddSource(BuildCache.ActivitySourceName).AddInMemoryExporter(_spans).Build();
        _meter = Sdk.CreateMeterProviderBuilder().AddMeter(BuildCache.MeterName).AddInMemoryExporter(_metrics).Build();
    }

    [TearDown]
    public async Task Stop()
    {
        _tracer.Dispose();
        _meter.Dispose();
        await _bench.DisposeAsync();
    }

    [Test]
    public async Task A_build_is_told_span_by_span_with_its_outcomes()
    {
        using (var build = new Activity("build") { ActivityTraceFlags = ActivityTraceFlags.Recorded })
        {
            build.Start();
            await _bench.BuildAsync(Main, (Compile("a"), "x"));
            await using var next = await _bench.OpenAsync("main", "none");
            await next.FindAsync(Compile("b"));
            var hit = await next.FindAsync(Compile("a"));
            await hit!.RestoreAsync(_bench.Folder["out"]);
            await next.ExportAsync(Main + ",compression=zstd,force-compression=true");
        }

        Assert.That(_spans.Where(s => s.Source.Name == BuildCache.ActivitySourceName).Select(Line), Is.EquivalentTo(new[]
        {
            "export exported Unset", "import hit Unset", "import miss Unset", "find miss Unset", "find by-definition Unset",
            "restore restored Unset", "convert converted Unset", "export exported Unset",
        }));
        var export = _spans.Last(s => s.OperationName == "export");
        Assert.That(_spans.Single(s => s.OperationName == "convert").ParentSpanId, Is.EqualTo(export.SpanId), "children are nested");
        Assert.That(export.GetTagItem("registrycache.target"), Does.StartWith("type=registry"));
    }

    [Test]
    public async Task Folders_are_counted_and_measured()
    {
        _bench.Folder.Write("work/a", "12345");
        var folders = _bench.Cache.Folders("type=registry,ref=ghcr.io/acme/ci:nuget");

        await folders.RestoreAsync("k1", null, _bench.Folder["out"]);
        await folders.SaveAsync("k1", _bench.Folder["work"]);
        await folders.SaveAsync("k1", _bench.Folder["work"]);
        await folders.RestoreAsync("k1", null, _bench.Folder["out"]);
        await folders.RestoreAsync("k2", ["k"], _bench.Folder["out"]);
        _meter.ForceFlush();

        Assert.That(Points("registrycache.hits"), Is.EquivalentTo(new[] { "restore exact 1", "restore fallback 1" }));
        Assert.That(Points("registrycache.misses"), Is.EquivalentTo(new[] { "restore no-key 1" }));
        Assert.That(Sum("registrycache.saved"), Is.GreaterThanOrEqualTo(5));
        Assert.That(Sum("registrycache.restored"), Is.EqualTo(10));
        Assert.That(Sum("registrycache.sent"), Is.GreaterThan(0));
        Assert.That(Points("registrycache.operation.duration").Select(p => p[..p.LastIndexOf(' ')]), Is.SupersetOf(new[]
        {
            "restore miss", "save saved", "save unchanged", "restore exact", "restore fallback",
        }));
    }

    [Test]
    public async Task A_miss_says_what_kind_it_is_and_a_failure_is_an_error()
    {
        await _bench.BuildAsync(Main, (Compile("a"), "x"));
        _spans.Clear();
        await using var session = await _bench.OpenAsync("main");
        await session.FindAsync(Compile("other"));
        await session.FindAsync(CacheStep.Define("nobody.knows.v1"));
        _bench.Store.OnCall = static (_, _) => throw new RegistryCacheException(RegistryCacheErrorCode.StorageFailure, "it is broken");
        await using var broken = await _bench.OpenAsync("main");
        _meter.ForceFlush();

        Assert.That(Points("registrycache.misses"), Is.EquivalentTo(new[] { "find input-mismatch 1", "find unknown-operation 1" }));
        var failed = _spans.Single(s => s.Status == ActivityStatusCode.Error);
        Assert.That(Line(failed), Is.EqualTo("import failed Error"));
        Assert.That(failed.GetTagItem("error.type"), Does.StartWith("RC"));
    }

    [Test]
    public async Task The_page_lists_every_span_instrument_and_attribute_that_there_is()
    {
        _bench.Folder.Write("work/a", "12345");
        await _bench.BuildAsync(Main, (Compile("a"), "x"));
        await using (var session = await _bench.OpenAsync("main"))
        {
            await session.FindAsync(Compile("b"));
            await (await session.FindAsync(Compile("a")))!.RestoreAsync(_bench.Folder["out"]);
            await session.ExportAsync(Main + ",compression=zstd,force-compression=true");
        }

        var folders = _bench.Cache.Folders("type=registry,ref=ghcr.io/acme/ci:nuget");
        await folders.SaveAsync("k", _bench.Folder["work"]);
        await folders.RestoreAsync("k", null, _bench.Folder["out"]);
        await folders.RestoreAsync("x", null, _bench.Folder["out"]);
        var plan = await _bench.Cache.PlanPruneAsync("type=registry,ref=ghcr.io/acme/ci:nuget", new() { Keys = ["k"] });
        await _bench.Cache.PruneAsync(plan);
        _meter.ForceFlush();

        var page = await File.ReadAllTextAsync(Path.Combine(Checkout.Root, "docs", "reference", "telemetry.md"));
        var there = _spans.Select(s => s.OperationName).Concat(_spans.SelectMany(s => s.TagObjects.Select(t => t.Key)))
            .Concat(_metrics.Select(m => m.Name)).Concat(_metrics.SelectMany(Tags)).Distinct().ToList();
        Assert.That(there.Where(name => !page.Contains($"`{name}`", StringComparison.Ordinal)), Is.Empty);
        Assert.That(there, Has.Count.GreaterThan(20));
    }

    private static string Line(Activity span) => $"{span.OperationName} {span.GetTagItem("registrycache.outcome")} {span.Status}";

    private static IEnumerable<string> Tags(Metric metric)
    {
        foreach (ref readonly var point in metric.GetMetricPoints())
        {
            var names = new List<string>();
            foreach (var tag in point.Tags)
                names.Add(tag.Key);
            foreach (var name in names)
                yield return name;
        }
    }

    private double Sum(string name) => Points(name).Sum(p => double.Parse(p[(p.LastIndexOf(' ') + 1)..], System.Globalization.CultureInfo.InvariantCulture));

    private List<string> Points(string name)
    {
        var lines = new List<string>();
        foreach (ref readonly var point in _metrics.Last(m => m.Name == name).GetMetricPoints())
        {
            var tags = new Dictionary<string, object?>();
            foreach (var tag in point.Tags)
                tags[tag.Key] = tag.Value;
            var isDuration = name.EndsWith("duration", StringComparison.Ordinal);
            var kind = tags.GetValueOrDefault("registrycache.outcome") ?? tags.GetValueOrDefault("registrycache.miss.reason");
            lines.Add($"{tags.GetValueOrDefault("registrycache.operation")} {kind} {(isDuration ? point.GetHistogramCount() : point.GetSumLong())}");
        }

        return lines;
    }
}
