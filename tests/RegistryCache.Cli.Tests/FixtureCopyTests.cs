using RegistryCache.Fixtures;

namespace RegistryCache.Cli.Tests;

/// <summary>Caches that BuildKit wrote, copied from directory to directory.</summary>
internal sealed class FixtureCopyTests
{
    [Test]
    public async Task A_copy_has_the_manifest_and_config_of_the_original([ValueSource(typeof(FixtureLayout), nameof(FixtureLayout.CacheNames))] string name)
    {
        using var scratch = new ScratchDirectory();
        var original = FixtureLayout.Open(name);
        foreach (var (tag, digest) in Layout.Tags(original.Directory))
        {
            var form = FixtureForms.Of(Layout.Manifest(original.Directory, tag));
            await Tool.CopyAsync($"type=local,src={original.Directory},tag={tag}", $"type=local,dest={scratch["copy"]},mode=max,tag={tag}{form}");
            using (Assert.EnterMultipleScope())
            {
                Assert.That(Layout.Tags(scratch["copy"])[tag], Is.EqualTo(digest));
                Assert.That(Layout.Config(scratch["copy"], tag), Is.EqualTo(Layout.Config(original.Directory, tag)));
            }

            Layout.AssertComplete(scratch["copy"], tag);
        }
    }

    [Test]
    public async Task Mode_min_of_the_full_cache_is_what_BuildKit_exports_with_mode_min()
    {
        using var scratch = new ScratchDirectory();
        await Tool.CopyAsync($"type=local,src={FixtureLayout.Open("max-gzip").Directory}", $"type=local,dest={scratch["copy"]},mode=min");
        var min = FixtureLayout.Open("min-gzip").Directory;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Layout.Config(scratch["copy"]), Is.EqualTo(Layout.Config(min)));
            Assert.That(Layout.Tags(scratch["copy"])["latest"], Is.EqualTo(Layout.Tags(min)["latest"]));
        }
    }

    [Test]
    public async Task A_copy_to_a_directory_that_has_it_sends_nothing()
    {
        using var scratch = new ScratchDirectory();
        var from = $"type=local,src={FixtureLayout.Open("max-gzip").Directory}";
        await Tool.CopyAsync(from, $"type=local,dest={scratch["copy"]},mode=max");
        var before = Layout.Snapshot(scratch["copy"]);
        var json = await Tool.JsonAsync("copy", "--from", from, "--to", $"type=local,dest={scratch["copy"]},mode=max");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(json.GetProperty("targets")[0].GetProperty("bytesSent").GetInt64(), Is.Zero);
            Assert.That(json.GetProperty("targets")[0].GetProperty("layers").EnumerateArray().Select(l => l.GetProperty("action").GetString()), Is.All.EqualTo("present"));
            Assert.That(Layout.Snapshot(scratch["copy"]), Is.EquivalentTo(before));
        }
    }

    [Test]
    public async Task Nothing_is_written_outside_the_target_and_the_source_stays_as_it_was()
    {
        using var scratch = new ScratchDirectory();
        var source = FixtureLayout.Open("max-gzip").CopyTo(scratch["source"]);
        await File.WriteAllTextAsync(scratch["bystander"], "x");
        var before = Layout.Snapshot(scratch.Path);
        await Tool.CopyAsync($"type=local,src={source}", $"type=local,dest={scratch["copy"]},mode=max,compression=zstd,force-compression=true");
        var added = Layout.Snapshot(scratch.Path).Where(f => !before.Contains(f)).Select(f => f.Key).ToList();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(added, Is.Not.Empty.And.All.StartsWith("copy" + Path.DirectorySeparatorChar));
            Assert.That(before.Except(Layout.Snapshot(scratch.Path)), Is.Empty);
        }
    }
}
