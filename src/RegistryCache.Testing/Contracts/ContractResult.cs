namespace RegistryCache.Testing;

/// <summary>What came of a rule that is not broken. A broken one throws <see cref="ContractException"/>.</summary>
public sealed class ContractResult
{
    internal ContractResult(ContractRule rule, string? whyNot)
    {
        Rule = rule;
        WhyNotApplicable = whyNot;
    }

    /// <summary>The rule.</summary>
    public ContractRule Rule { get; }

    /// <summary>Why the rule says nothing about what was tested; <see langword="null"/> when the rule is kept.</summary>
    public string? WhyNotApplicable { get; }

    /// <summary>Whether the rule was tried and kept. If not, it does not apply.</summary>
    public bool IsKept => WhyNotApplicable is null;

    /// <summary>One line for a person.</summary>
    public override string ToString() => IsKept ? $"kept: {Rule}" : $"does not apply: {Rule} ({WhyNotApplicable})";
}
