using RegistryCache.Fixtures;
using RegistryCache.Fixtures.Servers;

namespace RegistryCache.Cli.Tests;

/// <summary>Directory → real registry → directory.</summary>
[Category("Integration")]
internal sealed class RegistryCopyTests
{
    private static readonly string[] Forms = ["", ",image-manifest=false", ",oci-mediatypes=false"];
    private readonly HttpClient _http = new();
    private RegistryServer? _server;

    [OneTimeSetUp]
    public async Task Start() => _server = await RegistryServer.StartAsync();

    [OneTimeTearDown]
    public async Task Stop()
    {
        _http.Dispose();
        if (_server is not null)
            await _server.DisposeAsync();
    }

    [Test]
    public async Task The_manifest_and_the_config_survive_the_registry_in_every_form(
        [ValueSource(typeof(FixtureLayout), nameof(FixtureLayout.CacheNames))] string name, [ValueSource(nameof(Forms))] string form)
    {
        if (form == Forms[2] && name is "max-zstd" or "max-estargz")
            Assert.Pass("Docker has no media types for these layers.");
        using var scratch = new ScratchDirectory();
        var original = FixtureLayout.Open(name).Directory;
        var remote = new RemoteTag(_http, _server!, $"form{Array.IndexOf(Forms, form)}/{name}");
        foreach (var (tag, digest) in Layout.Tags(original))
        {
            var reference = remote.Reference(tag);
            await Tool.CopyAsync($"type=local,src={original},tag={tag}", $"type=registry,ref={reference},mode=max{form}");
            await Tool.CopyAsync($"type=registry,ref={reference}", $"type=local,dest={scratch["copy"]},mode=max,tag={tag}{form}");
            var stored = await remote.DigestOfAsync(tag);
            using (Assert.EnterMultipleScope())
            {
                Assert.That(Layout.Tags(scratch["copy"])[tag], Is.EqualTo(stored));
                Assert.That(Layout.Config(scratch["copy"], tag), Is.EqualTo(Layout.Config(original, tag)));
                if (FixtureForms.Of(Layout.Manifest(original, tag)) == form)
                    Assert.That(stored, Is.EqualTo(digest));
            }

            Layout.AssertComplete(scratch["copy"], tag);
            Layout.AssertComplete(stored!, remote.Read);
        }
    }

    [Test]
    public async Task A_registry_and_a_directory_are_written_by_one_target()
    {
        using var scratch = new ScratchDirectory();
        var remote = new RemoteTag(_http, _server!, "both");
        await Tool.CopyAsync(
            $"type=local,src={FixtureLayout.Open("max-gzip").Directory}", $"type=registry,ref={remote.Reference("t")},dest={scratch["d"]},mode=max");
        var expected = FixtureLayout.Open("max-gzip").DigestOf();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await remote.DigestOfAsync("t"), Is.EqualTo(expected));
            Assert.That(Layout.Tags(scratch["d"])["latest"], Is.EqualTo(expected));
        }
    }

    [Test]
    public async Task A_missing_tag_or_repository_is_exit_code_3()
    {
        var tool = await Tool.RunAsync("inspect", $"type=registry,ref={_server!.Host}/never/pushed:tag");
        Assert.That((int)tool.ExitCode, Is.EqualTo(3), tool.Error);
    }

    [Test]
    public async Task A_registry_that_is_not_there_is_exit_code_1()
    {
        using var closed = new ClosedPort();
        var tool = await Tool.RunAsync("inspect", $"type=registry,ref={closed.Host}/a:t");
        using (Assert.EnterMultipleScope())
        {
            Assert.That((int)tool.ExitCode, Is.EqualTo(1));
            Assert.That(tool.Error, Does.Contain("RC0502"));
        }
    }
}
