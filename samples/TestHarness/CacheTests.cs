using RegistryCache;
using static TestHarness.ExpectationException;

namespace TestHarness;

/// <summary>Tests with an in-memory store instead of a registry. <see cref="InMemoryContentStore"/> shows what was stored.</summary>
internal static class CacheTests
{
    private const string Source = "type=registry,ref=example.com/acme/app:main";
    private const string Target = Source + ",mode=max";

    public static async Task A_warm_build_restores_what_the_cold_one_recorded()
    {
        var store = new InMemoryContentStore();
        await using var cache = new BuildCacheBuilder().UseStore(store).UseCompression().Build();
        await RecordAsync(cache, Target);

        await using var warm = await cache.OpenSessionAsync([Source]);
        var hit = await warm.FindAsync(Compile("-O2"));

        Unless(store.Tags.Count == 1, "there should be one tag");
        Unless(hit is not null, "the step should be found");
        await foreach (var tar in hit!.OpenAsync())
            Unless(tar.CanRead, "the layer should be readable");
    }

    public static async Task A_changed_flag_is_a_miss_that_says_why()
    {
        await using var cache = new BuildCacheBuilder().UseStore(new InMemoryContentStore()).UseCompression().Build();
        await RecordAsync(cache, Target);

        await using var session = await cache.OpenSessionAsync([Source]);

        Unless(await session.FindAsync(Compile("-O3")) is null, "another flag should not be found");
        Unless(session.Explain(Compile("-O3")).Outcome == CacheLookUpOutcome.UnknownOperation,
            "the definition should be named as the reason");
    }

    public static async Task A_damaged_blob_is_a_miss_and_not_a_broken_build()
    {
        var store = new InMemoryContentStore();
        await using var cache = new BuildCacheBuilder().UseStore(store).UseCompression().Build();
        var layer = await RecordAsync(cache, Target);
        store.RemoveBlob(layer);

        await using var session = await cache.OpenSessionAsync([Source]);
        var hit = await session.FindAsync(Compile("-O2"));
        var folder = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        var restore = await hit!.TryRestoreAsync(folder);

        Unless(!restore.IsRestored, "a lost blob cannot be restored");
        Unless(!Directory.Exists(folder), "no partial folder should be left");
        Unless(await session.FindAsync(Compile("-O2")) is null, "the result should not be offered again");
    }

    public static async Task A_directory_holds_what_the_export_says()
    {
        var directory = Directory.CreateTempSubdirectory("test-harness-").FullName;
        try
        {
            await using var cache = new BuildCacheBuilder().UseOci().UseCompression().Build();
            var layer = await RecordAsync(cache, $"type=local,dest={directory},mode=max");

            Unless(File.Exists(Path.Combine(directory, "index.json")), "an OCI layout has an index");
            Unless(File.Exists(Path.Combine(directory, "blobs", "sha256", layer.Hex)), "the layer should be a blob");
            var import = await cache.CreateImporter($"type=local,src={directory}").ImportAsync();
            var content = new CacheIndex(import.Graph).Root(CacheRecord.DigestOfContent(Digest.OfText("main.c")).ToString());
            Unless(content is not null, "the sources should be a record");
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static CacheStep Compile(string flags) =>
        CacheStep.Define("acme.compile.v1").With("flags", flags).Reading(CacheInput.Content(Digest.OfText("main.c")));

    private static async Task<Digest> RecordAsync(BuildCache cache, string target)
    {
        await using var session = await cache.OpenSessionAsync([]);
        var result = await session.RecordAsync(Compile("-O2"),
            LayerSource.FromEntries([LayerContent.File("main.o", "object"u8.ToArray())]));
        await session.ExportAsync(target);
        return result.Chain!.Top.Digest;
    }
}
