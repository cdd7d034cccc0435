using System.Text.Json;

namespace RegistryCache.Cli.Tests.Schemas;

/// <summary>The test's own reader of schemas must find what is wrong, or the others prove nothing.</summary>
internal sealed class JsonSchemaTests
{
    private const string Right = """{ "output": "x", "as": "svg", "records": 1, "boxes": 0 }""";

    [TestCase(Right)]
    [TestCase("""{ "output": "x", "as": "svg", "records": 1 }""", "$ has no boxes")]
    [TestCase("""{ "output": "x", "as": "png", "records": 1, "boxes": 0 }""", "$.as is none of")]
    [TestCase("""{ "output": "x", "as": "svg", "records": 1.5, "boxes": 0 }""", "$.records is no integer")]
    [TestCase("""{ "output": "x", "as": "svg", "records": -1, "boxes": 0 }""", "$.records is less than 0")]
    [TestCase("""{ "output": null, "as": "svg", "records": 1, "boxes": 0 }""", "$.output is no string")]
    [TestCase("""{ "output": "x", "as": "svg", "records": 1, "boxes": 0, "more": 1 }""", "$.more is not in the schema")]
    [TestCase("[]", "$ is no object")]
    public void What_is_wrong_is_named(string json, string? problem = null)
    {
        var problems = new JsonSchema("graph").Check(Parse(json));

        if (problem is null)
            Assert.That(problems, Is.Empty);
        else
            Assert.That(problems, Has.Exactly(1).StartsWith(problem));
    }

    [Test]
    public void Patterns_references_lists_and_choices_are_followed()
    {
        var wrong = new JsonSchema("heal").Check(Parse("""{ "putBack": [{ "now": { "digest": "sha256:12" } }], "found": { "manifest": 1 } }"""));
        var image = new JsonSchema("explain").Check(Parse("""{ "steps": [{ "inputs": [{ "imageBefore": [1] }] }] }"""));

        Assert.That(wrong, Has.Some.StartsWith("$.putBack[0].now.digest does not match").And.Some.StartsWith("$.found.manifest is no"));
        Assert.That(image, Has.Some.StartsWith("$.steps[0].inputs[0].imageBefore is none of"));
    }

    [Test]
    public void A_property_without_an_example_is_named()
    {
        var schema = new JsonSchema("graph");
        schema.Check(Parse("""{ "output": "x", "as": "svg", "records": 1 }"""));

        Assert.That(schema.Unseen(), Is.EqualTo(new[] { "graph.json/properties/boxes" }));
    }

    private static JsonElement Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }
}
