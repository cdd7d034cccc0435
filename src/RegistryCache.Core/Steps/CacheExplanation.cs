using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace RegistryCache;

/// <summary>Why a step was found or missed, as text (<see cref="ToString"/>) or JSON (<see cref="ToJson"/>). Immutable.</summary>
public sealed class CacheExplanation
{
    // For a terminal or a file, never inside HTML.
    private static readonly JsonWriterOptions Json = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>An explanation, for a test that needs one.</summary>
    /// <param name="step">The step.</param>
    /// <param name="outcome">Whether the step was found, and why.</param>
    /// <param name="summary">One sentence about it.</param>
    /// <param name="recordsOfOperation">How many records the cache has of the operation and output.</param>
    /// <param name="inputs">The inputs, in order.</param>
    public CacheExplanation(
        CacheStep step, CacheLookUpOutcome outcome, string summary, int recordsOfOperation, IReadOnlyList<ExplainedInput> inputs)
    {
        Step = step;
        Outcome = outcome;
        Summary = summary;
        RecordsOfOperation = recordsOfOperation;
        Inputs = inputs;
    }

    /// <summary>The step.</summary>
    public CacheStep Step { get; }

    /// <summary>Whether the step was found, and why.</summary>
    public CacheLookUpOutcome Outcome { get; }

    /// <summary>One sentence about it.</summary>
    public string Summary { get; }

    /// <summary>How many records the cache has of the step's operation and output, whatever their inputs.</summary>
    public int RecordsOfOperation { get; }

    /// <summary>The inputs, in order.</summary>
    public IReadOnlyList<ExplainedInput> Inputs { get; }

    /// <summary>Several lines for a person.</summary>
    public override string ToString()
    {
        var text = new StringBuilder().Append(Step).Append(": ").AppendLine(Summary).Append("  key  ").AppendLine(Step.RecordDigest);
        foreach (var input in Inputs)
        {
            text.Append("  input ").Append(input.Index).AppendLine(input.Matches ? ": matches" : ": DOES NOT MATCH");
            foreach (var key in input.Expected)
                text.Append("    this build  ").Append(Line(key)).AppendLine(key.IsInCache ? "" : "  (not in the cache)");
            foreach (var key in input.InCache)
                text.Append("    the cache   ").AppendLine(Line(key));
            if (input.Note is { } note)
                text.Append("    ").AppendLine(note);
        }

        return text.ToString().TrimEnd();
    }

    /// <summary>The same as indented JSON: <c>step</c>, <c>operation</c>, <c>record</c>, <c>outcome</c>, <c>summary</c>,
    /// <c>recordsOfOperation</c>, <c>inputs</c>.</summary>
    public string ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Json))
        {
            json.WriteStartObject();
            json.WriteString("step", Step.ToString());
            json.WriteString("operation", Step.Operation.ToString());
            json.WriteString("record", Step.RecordDigest);
            json.WriteString("outcome", JsonNamingPolicy.CamelCase.ConvertName(Outcome.ToString()));
            json.WriteString("summary", Summary);
            json.WriteNumber("recordsOfOperation", RecordsOfOperation);
            json.WriteStartArray("inputs");
            foreach (var input in Inputs)
                Write(json, input);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter json, ExplainedInput input)
    {
        json.WriteStartObject();
        json.WriteNumber("index", input.Index);
        json.WriteBoolean("matches", input.Matches);
        Write(json, "expected", input.Expected);
        Write(json, "inCache", input.InCache);
        json.WriteString("note", input.Note);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, IReadOnlyList<ExplainedKey> keys)
    {
        json.WriteStartArray(name);
        foreach (var key in keys)
        {
            json.WriteStartObject();
            json.WriteString("digest", key.Digest);
            json.WriteString("selector", key.Selector);
            json.WriteString("name", key.Name);
            json.WriteBoolean("isInCache", key.IsInCache);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static string Line(ExplainedKey key) =>
        key.Digest + (key.Selector.Length == 0 ? "" : $", part {key.Selector}") + (key.Name is null ? "" : $", {key.Name}");
}
