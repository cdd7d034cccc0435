using System.Text.Json.Nodes;
using RegistryCache.Docker.Tests.Rows;

namespace RegistryCache.Docker.Tests;

[TestFixture]
internal sealed class ConfigComparisonTests
{
    private const string Config = """{"layers":[{"blob":"sha256:aa","parent":-1},{"blob":"sha256:bb"}],"records":[{"digest":"sha256:01"},{"digest":"sha256:02","inputs":[[{"link":0}]],"layers":[{"layer":1,"createdAt":"2026-01-01T00:00:00Z"}]}]}""";

    [Test]
    public void The_same_records_in_another_order_are_no_difference()
    {
        const string turned = """{"layers":[{"blob":"sha256:bb","parent":1},{"blob":"sha256:aa","parent":-1}],"records":[{"digest":"sha256:02","inputs":[[{"link":1}]],"layers":[{"layer":0,"createdAt":"2026-01-01T00:00:00Z"}]},{"digest":"sha256:01"}]}""";

        Assert.That(ConfigComparison.FirstDifference(JsonNode.Parse(Config)!, JsonNode.Parse(turned)!), Is.EqualTo("no record differs"));
    }

    [Test]
    public void A_changed_link_names_the_record_on_both_sides()
    {
        var changed = Config.Replace("\"link\":0", "\"link\":1", StringComparison.Ordinal);

        var text = ConfigComparison.FirstDifference(JsonNode.Parse(Config)!, JsonNode.Parse(changed)!);

        Assert.That(text, Does.Contain("left:  sha256:02 inputs [sha256:01]").And.Contain("right: sha256:02 inputs [sha256:02]"));
    }
}
