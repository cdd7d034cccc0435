using System.Text;
using Microsoft.Extensions.Time.Testing;
using RegistryCache.Core.Graph;
using RegistryCache.Core.Tests.Snapshots;
using RegistryCache.Storage;

namespace RegistryCache.Core.Tests.Session;

/// <summary>A cache in memory, a clock that stands still, and steps to build with.</summary>
internal sealed class SessionBench : IAsyncDisposable
{
    public const string Main = "type=registry,ref=ghcr.io/acme/app:main,mode=max";

    public SessionBench() =>
        Cache = new BuildCacheBuilder().UseTimeProvider(Time).UseStore(Store).UseCompression().Build();

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 5, 1, 12, 0, 0, TimeSpan.Zero));

    public InMemoryContentStore Store { get; } = new();

    public ResultOrder Order => ResultOrder.At(Time.GetUtcNow(), TimeSpan.FromMinutes(5));

    public BuildCache Cache { get; }

    public ScratchFolder Folder { get; } = new();

    public Task<BuildSession> OpenAsync(params string[] tags) =>
        Cache.OpenSessionAsync(tags.Select(t => $"type=registry,ref=ghcr.io/acme/app:{t}"));

    public static LayerSource Output(string content) =>
        LayerSource.FromEntries([LayerContent.File("out.txt", Encoding.UTF8.GetBytes(content))]);

    public static Digest Sources(string content) => Digest.OfText(content);

    public static CacheStep Compile(string sources, string flags = "-O2") =>
        CacheStep.Define("acme.compile.v1").With("flags", flags).Reading(CacheInput.Content(Sources(sources)));

    public static CacheStep Link(params CacheStep[] objects) =>
        objects.Aggregate(CacheStep.Define("acme.link.v1"), (link, o) => link.Reading(o));

    /// <summary>Runs a build in which every step is recorded, and exports it.</summary>
    public async Task BuildAsync(string target, params (CacheStep Step, string Output)[] steps)
    {
        await using var session = await OpenAsync();
        foreach (var (step, output) in steps)
            await session.RecordAsync(step, Output(output));
        await session.ExportAsync(target);
        Time.Advance(TimeSpan.FromMinutes(1));
    }

    public async Task<string> RestoreAsync(CacheHit hit)
    {
        var directory = Folder[Guid.NewGuid().ToString("N")];
        await hit.RestoreAsync(directory);
        return await File.ReadAllTextAsync(Path.Combine(directory, "out.txt"));
    }

    public static async Task<byte[]> ReadAsync(IContentStore store, Descriptor blob)
    {
        using var bytes = new MemoryStream();
        await using (var stream = await store.OpenBlobAsync(blob))
            await stream.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    public void Damage(CacheResult result) => Store.OverwriteBlob(result.Chain!.Top.Digest, new byte[result.Chain.Top.Descriptor.Size]);

    public void Lose(CacheResult result) => Store.RemoveBlob(result.Chain!.Top.Digest);

    public async ValueTask DisposeAsync()
    {
        await Cache.DisposeAsync();
        Folder.Dispose();
    }
}
