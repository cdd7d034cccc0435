using RegistryCache.Core.Parameters;
using RegistryCache.Core.Tests.Graph;
using static RegistryCache.Core.Tests.Session.SessionBench;

namespace RegistryCache.Core.Tests.Session;

/// <summary>Whatever puts several builds or keys under one tag gives that cache one leaf.</summary>
internal sealed class JoinedCacheTests
{
    [Test]
    public async Task A_session_that_found_and_recorded_steps_without_a_common_end()
    {
        await using var bench = new SessionBench();
        await bench.BuildAsync(Main, (Compile("a"), "A"), (Compile("b"), "B"));
        await using var session = await bench.OpenAsync("main");
        await session.FindAsync(Compile("a"));
        await session.RecordAsync(Compile("c"), Output("C"));

        await session.ExportAsync(Main);

        await AssertJoinedAsync(bench, Main, leaves: 2);
        await using var next = await bench.OpenAsync("main");
        Assert.That(await next.FindAsync(Compile("a")), Is.Not.Null);
        Assert.That(await next.FindAsync(Compile("c")), Is.Not.Null);
    }

    [Test]
    public async Task A_session_whose_steps_have_a_common_end_needs_no_joining_record()
    {
        await using var bench = new SessionBench();
        await bench.BuildAsync(Main, (Compile("a"), "A"), (Compile("b"), "B"), (Link(Compile("a"), Compile("b")), "linked"));
        await AssertJoinedAsync(bench, Main, leaves: 1);
    }

    [Test]
    public async Task A_merge_into_a_tag_joins_each_build_once()
    {
        await using var bench = new SessionBench();
        foreach (var source in (string[])["a", "b", "c", "b"])
        {
            await using var session = await bench.OpenAsync();
            await session.RecordAsync(Compile(source), Output(source));
            await session.ExportAsync(CacheTarget.Parse(Main), new CacheExportOptions { MergeWithExisting = true });
        }

        await AssertJoinedAsync(bench, Main, leaves: 3);
    }

    [Test]
    public async Task Folders_under_several_keys_and_those_that_are_left_after_pruning()
    {
        await using var bench = new SessionBench();
        const string Target = "type=registry,ref=ghcr.io/acme/ci:nuget";
        foreach (var (maxKeys, saved, left) in ((int, int, int)[])[(3, 1, 1), (3, 2, 2), (3, 5, 3), (1, 6, 1)])
        {
            var folders = bench.Cache.Folders(new FolderCacheOptions { Target = CacheTarget.Parse(Target), MaxKeys = maxKeys });
            for (var i = 0; i < saved; i++)
            {
                bench.Folder.Write($"in{maxKeys} {saved} {i}/f", $"{maxKeys} {saved} {i}");
                await folders.SaveAsync($"k{i}", bench.Folder[$"in{maxKeys} {saved} {i}"]);
                bench.Time.Advance(TimeSpan.FromMinutes(1));
            }

            await AssertJoinedAsync(bench, Target, left);
            Assert.That(await folders.ListAsync(), Has.Count.EqualTo(left));
        }
    }

    [Test]
    public async Task Several_sources_as_one()
    {
        await using var bench = new SessionBench();
        foreach (var tag in (string[])["a", "b", "c"])
            await bench.BuildAsync($"type=registry,ref=ghcr.io/acme/app:{tag},mode=max", (Compile(tag), tag));
        var import = await bench.Cache.CreateImporter(
            [.. ((string[])["a", "b", "c"]).Select(t => CacheSource.Parse($"ghcr.io/acme/app:{t}"))]).ImportAsync();

        foreach (var mode in (string[])["min", "max"])
        {
            var target = $"type=registry,ref=ghcr.io/acme/app:all,mode={mode}";
            await bench.Cache.CreateExporter(target).ExportAsync(import.Graph);
            var written = await AssertJoinedAsync(bench, target, leaves: 3);
            Assert.That(written.Records.Count(r => !r.Results.IsEmpty), Is.EqualTo(3));
        }
    }

    private static async Task<CacheGraph> AssertJoinedAsync(SessionBench bench, string target, int leaves)
    {
        var reference = ((RegistryCacheTarget)CacheTarget.Parse(target)).Reference;
        var graph = (await bench.Cache.CreateImporter($"type=registry,ref={reference}").ImportAsync()).Graph;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(graph.FindTargets(), Has.Count.EqualTo(leaves));
            Assert.That(graph.FindJoiningRecords().Select(r => r.Inputs.Length), Is.EqualTo(leaves == 1 ? Array.Empty<int>() : [leaves]));
            Assert.That(LoaderModel.LostLinks(graph, seed: 1, imports: 20), Is.Empty);
        }

        return graph;
    }
}
