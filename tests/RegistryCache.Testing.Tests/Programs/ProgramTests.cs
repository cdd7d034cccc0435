using System.Text;

namespace RegistryCache.Testing.Tests.Programs;

/// <summary>Programs that other people wrote push to the registry and pull from it, anonymously and with a token.</summary>
[TestFixture(false)]
[TestFixture(true)]
[Category("Integration")]
internal sealed class ProgramTests(bool withToken)
{
    private DirectoryInfo _scratch = null!;
    private TestRegistry _registry = null!;
    private string _digest = "";

    [SetUp]
    public async Task StartAsync()
    {
        _scratch = Directory.CreateTempSubdirectory("test-registry-");
        _registry = await TestRegistry.StartAsync(new()
        {
            Authentication = withToken ? RegistryAuthentication.Bearer("user", "secret") : RegistryAuthentication.Anonymous,
        });
        _digest = SmallImage.Put(_registry.Repository("acme/app"), "v1");
        var login = withToken ? $$"""{"auth":"{{Convert.ToBase64String(Encoding.UTF8.GetBytes("user:secret"))}}"}""" : "{}";
        await File.WriteAllTextAsync(Path.Combine(_scratch.FullName, "config.json"), $$"""{"auths":{"{{_registry.Host}}":{{login}} } }""");
    }

    [TearDown]
    public async Task StopAsync()
    {
        await _registry.DisposeAsync();
        _scratch.Delete(recursive: true);
    }

    [Test]
    public async Task Crane_pulls_pushes_lists_and_deletes()
    {
        var crane = Program("crane");
        await crane.RunAsync(_scratch.FullName, "pull", "--format=oci", Image("acme/app:v1"), "layout");
        await crane.RunAsync(_scratch.FullName, "push", "layout", Image("acme/copy:v2"));
        await crane.RunAsync(_scratch.FullName, "copy", Image("acme/app:v1"), Image("acme/other:v3"));
        var tags = await crane.RunAsync(_scratch.FullName, "ls", Image("acme/copy"));
        var digest = await crane.RunAsync(_scratch.FullName, "digest", Image("acme/other:v3"));

        Assert.That((tags.Trim(), digest.Trim()), Is.EqualTo(("v2", _digest)));
        Assert.That(_registry.Repository("acme/copy").Manifests, Does.ContainKey(_digest));
        await crane.RunAsync(_scratch.FullName, "delete", Image($"acme/other@{_digest}"));
        Assert.That(_registry.Repository("acme/other").Tags, Is.Empty);
    }

    [Test]
    public async Task Oras_pushes_attaches_discovers_and_pulls()
    {
        var oras = Program("oras");
        await File.WriteAllTextAsync(Path.Combine(_scratch.FullName, "hello.txt"), "hello");
        await oras.RunAsync(_scratch.FullName, "push", "--plain-http", Image("acme/file:v1"), "hello.txt:text/plain");
        await oras.RunAsync(_scratch.FullName, "attach", "--plain-http", "--artifact-type", "application/note", Image("acme/file:v1"), "hello.txt:text/plain");
        var referrers = await oras.RunAsync(_scratch.FullName, "discover", "--plain-http", Image("acme/file:v1"));
        await oras.RunAsync(_scratch.FullName, "pull", "--plain-http", "-o", "out", Image("acme/file:v1"));

        Assert.That(referrers, Does.Contain("application/note"));
        Assert.That(await File.ReadAllTextAsync(Path.Combine(_scratch.FullName, "out", "hello.txt")), Is.EqualTo("hello"));
        Assert.That(_registry.Requests.Where(static r => r.Kind == RequestKind.Referrers).Select(static r => r.Status), Has.Some.EqualTo(200));
    }

    [Test]
    public async Task Skopeo_copies_out_and_in()
    {
        var skopeo = Program("skopeo");
        string[] auth = ["--authfile", Path.Combine(_scratch.FullName, "config.json")];
        await skopeo.RunAsync(_scratch.FullName, ["--insecure-policy", "copy", .. auth, "--src-tls-verify=false", "docker://" + Image("acme/app:v1"), "oci:layout:v1"]);
        await skopeo.RunAsync(_scratch.FullName, ["--insecure-policy", "copy", .. auth, "--dest-tls-verify=false", "oci:layout:v1", "docker://" + Image("acme/copy:v2")]);

        Assert.That(_registry.Repository("acme/copy").Tags["v2"], Is.EqualTo(_digest));
    }

    private OutsideProgram Program(string name)
    {
        var program = OutsideProgram.Require(name);
        program.Environment["DOCKER_CONFIG"] = _scratch.FullName;
        return program;
    }

    private string Image(string name) => $"{_registry.Host}/{name}";
}
