
namespace RegistryCache.Oci.Tests;

internal sealed class CompositionTests
{
    [Test]
    public async Task A_registry_that_cannot_be_reached_is_reported_and_does_not_disturb_the_others()
    {
        await using var cache = new BuildCacheBuilder()
            .UseOci(o => o with { MaxAttempts = 1 }).Build();

        // Port 1 on loopback: nothing listens there.
        var import = await cache.CreateImporter("localhost:1/acme/app:cache", "type=local,src=no-such-directory").ImportAsync();

        Assert.That(import.Sources.Select(s => (s.IsMiss, s.Error is not null)), Is.EqualTo(new[] { (false, true), (true, false) }));
        Assert.That(import.Sources[0].Error!.IsTransient, Is.True);
    }
}
