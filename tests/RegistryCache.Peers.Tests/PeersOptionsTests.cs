namespace RegistryCache.Peers.Tests;

internal sealed class PeersOptionsTests
{
    [Test]
    public void AJobIsWantedByTheStartOfItsName()
    {
        var options = PeersOptions.Parse(["slow", "--scale", "0.01", "one-pull"]);

        Assert.That(options.Scale, Is.EqualTo(0.01));
        Assert.That(new[] { "slow-push", "one-pull", "one-push" }.Select(options.Wants), Is.EqualTo(new[] { true, true, false }));
    }

    [TestCase("--fast")]
    [TestCase("--json")]
    [TestCase("--runs", "0")]
    public void AnOptionThatMeansNothingIsRefused(params string[] arguments) =>
        Assert.Throws<FormatException>(() => PeersOptions.Parse(arguments));
}
