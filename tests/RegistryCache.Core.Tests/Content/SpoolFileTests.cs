using System.Collections.Concurrent;
using RegistryCache.Core.Content;
using RegistryCache.Core.Tests.Snapshots;

namespace RegistryCache.Core.Tests.Content;

/// <summary>A killed process leaves nothing of a spool, because there is no moment at which the file has a name.</summary>
[Platform("Linux")]
internal sealed class SpoolFileTests
{
    [Test]
    public async Task A_spool_never_has_a_name()
    {
        using var scratch = new ScratchFolder();
        using (var probe = UnnamedFile.TryCreate(scratch.Path))
        {
            if (probe is null)
                Assert.Ignore($"The file system of {scratch.Path} has no files without names.");
        }

        var names = new BlockingCollection<string?>();
        using var watcher = new FileSystemWatcher(scratch.Path) { NotifyFilter = NotifyFilters.FileName };
        watcher.Created += (_, created) => names.Add(created.Name);
        watcher.EnableRaisingEvents = true;

        await using var spool = SpoolFile.Create(scratch.Path);
        await spool.Stream.WriteAsync(new byte[] { 1, 2, 3 });
        scratch.Write("last", "");

        Assert.That(names.Take(), Is.EqualTo("last"), "the spool's own name was seen");
        await using var content = await spool.ToSource().OpenReadAsync(CancellationToken.None);
        var read = new MemoryStream();
        await content.CopyToAsync(read);
        Assert.That(read.ToArray(), Is.EqualTo(new byte[] { 1, 2, 3 }));
    }
}
