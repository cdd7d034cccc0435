using System.Text.Json;
using System.Text.RegularExpressions;

namespace RegistryCache.Cli.Tests.Schemas;

/// <summary>A schema of docs/schemas: the words of JSON Schema 2020-12 that they use. Any other word is an error, so that no rule of a
/// schema is passed over. It also knows which properties no answer had so far.</summary>
internal sealed class JsonSchema(string name)
{
    private readonly Dictionary<string, JsonElement> _files = [];
    private readonly HashSet<string> _seen = [];

    /// <summary>What is wrong with an answer: one line for each place.</summary>
    public IReadOnlyList<string> Check(JsonElement answer)
    {
        var problems = new List<string>();
        Check($"{name}.json", "", answer, "$", problems);
        return problems;
    }

    /// <summary>The properties that no answer had.</summary>
    public IReadOnlyList<string> Unseen() => [.. Declared($"{name}.json", "").Distinct().Where(p => !_seen.Contains(p)).Order(StringComparer.Ordinal)];

    private void Check(string file, string pointer, JsonElement value, string at, List<string> problems)
    {
        var schema = Find(file, pointer);
        foreach (var word in schema.EnumerateObject())
        {
            var below = $"{pointer}/{word.Name}";
            switch (word.Name)
            {
                case "$schema" or "title" or "description" or "$defs" or "additionalProperties":
                    break;
                case "$ref":
                    var (toFile, toPointer) = Target(file, word.Value);
                    Check(toFile, toPointer, value, at, problems);
                    break;
                case "type":
                    Require(Words(word.Value).Any(type => Is(value, type)), $"is no {word.Value}");
                    break;
                case "enum":
                    Require(word.Value.EnumerateArray().Any(v => JsonElement.DeepEquals(v, value)), $"is none of {word.Value}");
                    break;
                case "pattern":
                    Require(value.ValueKind != JsonValueKind.String || Regex.IsMatch(value.GetString()!, word.Value.GetString()!), $"does not match {word.Value}");
                    break;
                case "minimum":
                    Require(value.ValueKind != JsonValueKind.Number || value.GetDouble() >= word.Value.GetDouble(), $"is less than {word.Value}");
                    break;
                case "items":
                    foreach (var (i, item) in (value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : []).Index())
                        Check(file, below, item, $"{at}[{i}]", problems);
                    break;
                case "anyOf":
                    Require(Enumerable.Range(0, word.Value.GetArrayLength()).Any(i => IsValid(file, $"{below}/{i}", value)), $"is none of {word.Value}");
                    break;
                case "required":
                    foreach (var member in Words(word.Value))
                        Require(value.ValueKind != JsonValueKind.Object || value.TryGetProperty(member, out _), $"has no {member}");
                    break;
                case "properties":
                    CheckMembers(file, pointer, value, at, problems);
                    break;
                default:
                    throw new InvalidOperationException($"{file}{below}: the test does not know '{word.Name}'.");
            }
        }

        if (schema.TryGetProperty("additionalProperties", out _) && !schema.TryGetProperty("properties", out _))
            CheckMembers(file, pointer, value, at, problems);

        void Require(bool isMet, string what)
        {
            if (!isMet)
                problems.Add($"{at} {what}: {value.GetRawText()}");
        }
    }

    private void CheckMembers(string file, string pointer, JsonElement value, string at, List<string> problems)
    {
        if (value.ValueKind != JsonValueKind.Object)
            return;
        var schema = Find(file, pointer);
        var rest = schema.TryGetProperty("additionalProperties", out var found)
            ? found : throw new InvalidOperationException($"{file}{pointer} does not say whether other members may be there.");
        foreach (var member in value.EnumerateObject())
        {
            var inside = $"{at}.{member.Name}";
            if (schema.TryGetProperty("properties", out var properties) && properties.TryGetProperty(member.Name, out _))
            {
                var below = $"{pointer}/properties/{member.Name}";
                _seen.Add(file + below);
                Check(file, below, member.Value, inside, problems);
            }
            else if (rest.ValueKind == JsonValueKind.False)
                problems.Add($"{inside} is not in the schema");
            else
                Check(file, $"{pointer}/additionalProperties", member.Value, inside, problems);
        }
    }

    private bool IsValid(string file, string pointer, JsonElement value)
    {
        var problems = new List<string>();
        Check(file, pointer, value, "", problems);
        return problems.Count == 0;
    }

    private IEnumerable<string> Declared(string file, string pointer)
    {
        var schema = Find(file, pointer);
        IEnumerable<string> found = schema.TryGetProperty("$ref", out var reference) && Target(file, reference) is var (toFile, toPointer)
            ? Declared(toFile, toPointer) : [];
        if (schema.TryGetProperty("items", out _))
            found = found.Concat(Declared(file, $"{pointer}/items"));
        if (schema.TryGetProperty("anyOf", out var any))
            found = found.Concat(Enumerable.Range(0, any.GetArrayLength()).SelectMany(i => Declared(file, $"{pointer}/anyOf/{i}")));
        if (schema.TryGetProperty("properties", out var properties))
        {
            found = found.Concat(properties.EnumerateObject().Select(p => $"{pointer}/properties/{p.Name}")
                .SelectMany(below => Declared(file, below).Prepend(file + below)));
        }

        return found;
    }

    private JsonElement Find(string file, string pointer)
    {
        if (!_files.TryGetValue(file, out var found))
        {
            using var document = JsonDocument.Parse(DocumentedCommands.Read($"docs/schemas/{file}"));
            _files[file] = found = document.RootElement.Clone();
        }

        foreach (var part in pointer.Split('/', StringSplitOptions.RemoveEmptyEntries))
            found = found.ValueKind == JsonValueKind.Array ? found[int.Parse(part)] : found.GetProperty(part);
        return found;
    }

    private static (string File, string Pointer) Target(string file, JsonElement reference)
    {
        var parts = reference.GetString()!.Split('#');
        return (parts[0].Length == 0 ? file : parts[0], parts.Length > 1 ? parts[1] : "");
    }

    private static IEnumerable<string> Words(JsonElement value) =>
        value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().Select(v => v.GetString()!) : [value.GetString()!];

    private static bool Is(JsonElement value, string type) => type switch
    {
        "null" => value.ValueKind == JsonValueKind.Null,
        "string" => value.ValueKind == JsonValueKind.String,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "number" => value.ValueKind == JsonValueKind.Number,
        "integer" => value.ValueKind == JsonValueKind.Number && value.GetDouble() % 1 == 0,
        "array" => value.ValueKind == JsonValueKind.Array,
        "object" => value.ValueKind == JsonValueKind.Object,
        _ => throw new InvalidOperationException($"There is no type '{type}'."),
    };
}
