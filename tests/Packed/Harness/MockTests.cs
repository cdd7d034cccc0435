using Moq;
using RegistryCache.Oci;
using RegistryCache.Storage;

namespace Harness;

/// <summary>A program that uses a cache, tested without one.</summary>
internal sealed class MockTests
{
    #region mock
    [Test]
    public async Task A_job_makes_the_packages_when_nothing_is_found()
    {
        var folders = new Mock<FolderCache>();
        folders.Setup(f => f.RestoreAsync("packages-1", It.IsAny<IEnumerable<string>>(), "packages", It.IsAny<CancellationToken>()))
            .ReturnsAsync(new FolderRestore("packages-1"));
        var cache = new Mock<BuildCache>();
        cache.Setup(c => c.Folders(It.IsAny<string>())).Returns(folders.Object);
        var made = 0;

        await new Job(cache.Object).RunAsync(() => made++);

        Assert.That(made, Is.EqualTo(1));
        folders.Verify(f => f.SaveAsync("packages-1", "packages", It.IsAny<CancellationToken>()));
    }
    #endregion

    [Test]
    public void A_store_that_fails_at_a_chosen_call_fails_the_save_and_no_tag_moves()
    {
        var store = new InMemoryContentStore
        {
            OnCall = (call, _) => call.Method == nameof(IContentStore.TryPushManifestAsync) ? throw new IOException("full") : Task.CompletedTask,
        };
        using var cache = new BuildCacheBuilder().UseStore(store).UseCompression().Build();

        Assert.That(() => cache.Folders("registry.example/acme/app:main").SaveAsync("k", TestContext.CurrentContext.TestDirectory), Throws.Exception);
        Assert.That(store.Tags, Is.Empty);
    }

    [Test]
    public async Task A_credential_provider_is_asked_for_the_repository()
    {
        var credentials = new Mock<ICredentialProvider>();
        await using var registry = await RegistryCache.Testing.TestRegistry.StartAsync();
        await using var cache = new BuildCacheBuilder().UseCompression().UseOci(o => o with { Credentials = credentials.Object }).Build();

        await cache.CreateImporter($"{registry.Host}/acme/app:main").ImportAsync();

        credentials.Verify(c => c.GetCredentialAsync(registry.Host, "acme/app", It.IsAny<CancellationToken>()));
    }

    private sealed class Job(BuildCache cache)
    {
        public async Task RunAsync(Action make)
        {
            var folders = cache.Folders("registry.example/acme/app:main");
            var found = await folders.RestoreAsync("packages-1", [], "packages");
            if (found.IsExact)
                return;
            make();
            await folders.SaveAsync("packages-1", "packages");
        }
    }
}
