using RegistryCache.Peers.Servers;

namespace RegistryCache.Peers.Tests;

internal sealed class PaceTests
{
    [Test]
    public void BytesNeedTheirTimeOnTheLineOneAfterTheOther()
    {
        var pace = new Pace(bytesPerSecond: 100);

        Assert.That(pace.Pass(TimeSpan.FromSeconds(1), 50), Is.EqualTo(TimeSpan.FromSeconds(1.5)));
        Assert.That(pace.Pass(TimeSpan.FromSeconds(1.2), 100), Is.EqualTo(TimeSpan.FromSeconds(2.5)));
    }

    [Test]
    public void IdleTimeIsNotSavedUp()
    {
        var pace = new Pace(bytesPerSecond: 100);
        pace.Pass(TimeSpan.Zero, 100);

        Assert.That(pace.Pass(TimeSpan.FromSeconds(9), 100), Is.EqualTo(TimeSpan.FromSeconds(10)));
    }

    [Test]
    public void WithoutARateBytesPassAtOnce() =>
        Assert.That(new Pace(bytesPerSecond: null).Pass(TimeSpan.FromSeconds(3), 1 << 30), Is.EqualTo(TimeSpan.FromSeconds(3)));
}
