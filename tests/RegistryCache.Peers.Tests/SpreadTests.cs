using RegistryCache.Peers.Reports;

namespace RegistryCache.Peers.Tests;

internal sealed class SpreadTests
{
    [Test]
    public void MedianOfAnOddNumberIsTheMiddleValue() => Assert.That(Spread.Of([9, 1, 4]), Is.EqualTo(new Spread(4, 1, 9)));

    [Test]
    public void MedianOfAnEvenNumberIsBetweenTheTwoMiddleValues() => Assert.That(Spread.Of([9, 1, 4, 6]), Is.EqualTo(new Spread(5, 1, 9)));
}
