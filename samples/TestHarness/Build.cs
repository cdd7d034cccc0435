namespace TestHarness;

/// <summary>The build tool under test: one step, which compiles <c>main.c</c>.</summary>
internal static class Build
{
    public static CacheStep Compile(string flags) =>
        CacheStep.Define("acme.compile.v1").With("flags", flags).Reading(CacheInput.Content(Digest.OfText("main.c")));

    /// <summary>Runs the step, records what it made, and exports the build.</summary>
    /// <returns>The layer of the step.</returns>
    public static async Task<Digest> RecordAsync(BuildCache cache, string target)
    {
        await using var session = await cache.OpenSessionAsync([]);
        var result = await session.RecordAsync(
            Compile("-O2"), LayerSource.FromEntries([LayerContent.File("main.o", "object"u8.ToArray())]));
        await session.ExportAsync(target);
        return result.Chain!.Top.Digest;
    }
}
