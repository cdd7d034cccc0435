using System.Collections.Immutable;
using System.Globalization;
using RegistryCache.Core.Steps;

namespace RegistryCache;

/// <summary>One output of one step of a build: what the step does, and what it reads. Immutable: every method gives a new step. Two steps
/// are the same to a cache when their definitions, outputs and inputs are the same, even if they are different objects.</summary>
/// <remarks>Put into the definition what changes the output: the tool and its version, flags, platform, environment variables. Leave out
/// what does not: absolute paths of the workspace, times, parallelism, credentials. Pass what the step reads as inputs.</remarks>
public sealed class CacheStep
{
    private readonly StepDefinition? _definition;
    private readonly ImmutableArray<CacheInput> _inputs;
    private string? _identity;

    private CacheStep(StepDefinition? definition, Digest operation, int output, ImmutableArray<CacheInput> inputs, bool isNeverCached)
    {
        _definition = definition;
        _inputs = inputs;
        Operation = operation;
        OutputIndex = output;
        IsNeverCached = isNeverCached;
        RecordDigest = CacheRecord.DigestOf(operation, output).ToString();
    }

    /// <summary>The digest of what the step does, without its inputs.</summary>
    public Digest Operation { get; }

    /// <summary>Which output of the step this is, from 0.</summary>
    public int OutputIndex { get; }

    /// <summary>What the step reads, in order.</summary>
    public IReadOnlyList<CacheInput> Inputs => _inputs;

    /// <summary>Whether the step always runs: it is neither looked up nor offered to later builds.</summary>
    public bool IsNeverCached { get; }

    /// <summary>The type of the step, for example <c>acme.compile.v1</c>; <see langword="null"/> for a step from a digest.</summary>
    public string? Type => _definition?.Type;

    /// <summary>The digest of the records of this output.</summary>
    public string RecordDigest { get; }

    /// <summary>Equal for steps that are the same to a cache: the definition, the output and all inputs.</summary>
    internal string Identity => _identity ??= Digest.OfText(string.Create(
        CultureInfo.InvariantCulture, $"{RecordDigest} {IsNeverCached}\n{string.Join('\n', _inputs.Select(i => i.Identity))}")).ToString();

    /// <summary>Starts the definition of a step.</summary>
    /// <param name="type">The kind of step, with vendor and version: <c>acme.compile.v1</c>. Raise the version with each change.</param>
    public static CacheStep Define(string type)
    {
        var definition = new StepDefinition(type);
        return new CacheStep(definition, definition.Digest(), 0, [], isNeverCached: false);
    }

    /// <summary>A step from the digest of its definition, for example of an operation of BuildKit.</summary>
    /// <param name="operation">The digest of the definition, without inputs.</param>
    public static CacheStep FromDigest(Digest operation) => new(null, operation, 0, [], isNeverCached: false);

    /// <summary>The step with a text in its definition; it replaces a value of the same name.</summary>
    /// <param name="name">The name, anything but <c>type</c>.</param>
    /// <param name="value">The value.</param>
    /// <exception cref="ArgumentException">The name is <c>type</c>, or a text is not valid UTF-16.</exception>
    /// <exception cref="InvalidOperationException">The step comes from a digest.</exception>
    public CacheStep With(string name, string value) => With(name, new StepValue(value));

    /// <summary>The step with a number in its definition; it replaces a value of the same name.</summary>
    /// <param name="name">The name, anything but <c>type</c>.</param>
    /// <param name="value">The value.</param>
    /// <exception cref="InvalidOperationException">The step comes from a digest.</exception>
    public CacheStep With(string name, long value) => With(name, new StepValue(value));

    /// <summary>The step with a truth value in its definition; it replaces a value of the same name.</summary>
    /// <param name="name">The name, anything but <c>type</c>.</param>
    /// <param name="value">The value.</param>
    /// <exception cref="InvalidOperationException">The step comes from a digest.</exception>
    public CacheStep With(string name, bool value) => With(name, new StepValue(value));

    /// <summary>The step with a list of texts in its definition; it replaces a value of the same name.</summary>
    /// <param name="name">The name, anything but <c>type</c>.</param>
    /// <param name="value">The value. Its order counts.</param>
    /// <exception cref="InvalidOperationException">The step comes from a digest.</exception>
    public CacheStep With(string name, IEnumerable<string> value) => With(name, new StepValue(value));

    /// <summary>The step with one more input.</summary>
    /// <param name="input">The input. The order of inputs counts.</param>
    public CacheStep Reading(CacheInput input)
    {
        ArgumentNullException.ThrowIfNull(input);

        // Computed here, where the identities below it are known already, so that a long chain of steps needs no deep recursion.
        _ = input.Step?.Identity;
        return new CacheStep(_definition, Operation, OutputIndex, _inputs.Add(input), IsNeverCached);
    }

    /// <summary>The step with one more input: the output of another step.</summary>
    /// <param name="step">The other step.</param>
    /// <param name="paths">The paths of its output that are used; none for all of it.</param>
    public CacheStep Reading(CacheStep step, params IEnumerable<string> paths) => Reading(CacheInput.Of(step, paths));

    /// <summary>Another output of the same step.</summary>
    /// <param name="index">Which output, from 0.</param>
    public CacheStep Output(int index) => new(_definition, Operation, index, _inputs, IsNeverCached);

    /// <summary>The same step, but it runs in every build.</summary>
    public CacheStep NeverCached() => new(_definition, Operation, OutputIndex, _inputs, isNeverCached: true);

    /// <summary>The type, or the digest of the operation, for a person.</summary>
    public override string ToString() =>
        (Type ?? Operation.ToString()) + (OutputIndex == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"@{OutputIndex}"));

    private CacheStep With(string name, StepValue value)
    {
        var definition = (_definition ?? throw new InvalidOperationException("A step from a digest has no definition to change."))
            .With(name, value);
        return new CacheStep(definition, definition.Digest(), OutputIndex, _inputs, IsNeverCached);
    }
}
