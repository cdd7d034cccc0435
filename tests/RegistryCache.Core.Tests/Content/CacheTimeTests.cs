using RegistryCache.Core.Errors;

namespace RegistryCache.Core.Tests.Content;

[TestFixture]
public sealed class CacheTimeTests
{
    [TestCase("2026-11-23T09:56:05.620777525+01:00", ExpectedResult = "2026-11-23T09:56:05.620777525+01:00")]
    [TestCase("2026-11-23T09:56:05.620000000Z", ExpectedResult = "2026-11-23T09:56:05.62Z")]
    [TestCase("2026-11-23T09:56:05.000000000Z", ExpectedResult = "2026-11-23T09:56:05Z")]
    [TestCase("2026-11-23T09:56:05.1234567899Z", ExpectedResult = "2026-11-23T09:56:05.123456789Z")]
    [TestCase("2026-11-23T09:56:05+00:00", ExpectedResult = "2026-11-23T09:56:05Z")]
    [TestCase("2026-11-23T09:56:05-00:00", ExpectedResult = "2026-11-23T09:56:05Z")]
    [TestCase("2026-11-23T09:56:05-23:59", ExpectedResult = "2026-11-23T09:56:05-23:59")]
    [TestCase("0001-01-01T00:00:00Z", ExpectedResult = "0001-01-01T00:00:00Z")]
    [TestCase("0001-01-01T00:30:00+01:00", ExpectedResult = "0001-01-01T00:30:00+01:00")]
    [TestCase("0000-01-01T00:00:00Z", ExpectedResult = "0000-01-01T00:00:00Z")]
    [TestCase("0000-01-01T00:00:00+23:59", ExpectedResult = "0000-01-01T00:00:00+23:59")]
    [TestCase("0000-02-29T12:00:00.5Z", ExpectedResult = "0000-02-29T12:00:00.5Z")]
    [TestCase("0000-12-31T23:59:59.999999999Z", ExpectedResult = "0000-12-31T23:59:59.999999999Z")]
    [TestCase("9999-12-31T23:59:59.999999999-23:59", ExpectedResult = "9999-12-31T23:59:59.999999999-23:59")]
    public string A_time_prints_as_Go_prints_it(string text) => CacheTime.Parse(text).ToString();

    [TestCase("")]
    [TestCase("2026-02-29T00:00:00Z")]
    [TestCase("2026-11-23T24:00:00Z")]
    [TestCase("2026-11-23T09:56:60Z")]
    [TestCase("2026-11-23t09:56:05Z")]
    [TestCase("2026-11-23T09:56:05")]
    [TestCase("2026-11-23T09:56:05.Z")]
    [TestCase("2026-11-23T09:56:05+0100")]
    [TestCase("10000-11-23T09:56:05Z")]
    public void What_Go_does_not_read_is_refused(string text) =>
        Assert.That(() => CacheTime.Parse(text), Throws.InstanceOf<CacheFormatException>());
}
