using System.Collections.Immutable;
using RegistryCache.Core.Content;

namespace RegistryCache.Core.Steps;

/// <summary>What a step is, as canonical JSON: compact, the type first, then the other members in the byte order of their names, with Go's
/// escapes. The operation's digest is the SHA-256 of <c>registry-cache.step.v1</c>, a line feed and this text.</summary>
internal sealed class StepDefinition
{
    private const string TypeName = "type";
    private readonly ImmutableSortedDictionary<string, StepValue> _members;

    public StepDefinition(string type)
        : this(type, ImmutableSortedDictionary.Create<string, StepValue>(Utf8ByteOrder.Instance))
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(type);
        CheckText(type);
    }

    private StepDefinition(string type, ImmutableSortedDictionary<string, StepValue> members)
    {
        Type = type;
        _members = members;
    }

    public string Type { get; }

    public StepDefinition With(string name, StepValue value)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        CheckText(name);
        if (name == TypeName)
            throw new ArgumentException("The name 'type' is reserved. Pass the type of the step to CacheStep.Define.", nameof(name));
        return new StepDefinition(Type, _members.SetItem(name, value));
    }

    public Digest Digest()
    {
        var json = new GoJsonWriter().Raw("registry-cache.step.v1\n{"u8).String(TypeName).Raw(":"u8).String(Type);
        foreach (var (name, value) in _members)
        {
            json.Raw(","u8).String(name).Raw(":"u8);
            value.Write(json);
        }

        return RegistryCache.Digest.OfBytes(json.Raw("}"u8).Written.Span);
    }

    /// <summary>Refuses lone surrogates: all of them would be written in the same way, so different steps would get the same key.</summary>
    public static void CheckText(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
                continue;
            if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
                throw new ArgumentException("The text is not valid UTF-16: it has a lone surrogate.", nameof(text));
            i++;
        }
    }
}
