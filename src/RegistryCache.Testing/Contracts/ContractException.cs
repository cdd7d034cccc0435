namespace RegistryCache.Testing;

/// <summary>A store or codec breaks a rule of its contract.</summary>
public sealed class ContractException : Exception
{
    internal ContractException(ContractRule rule, string expected, string came, Exception? inner = null)
        : base(
            $"Broken rule: {rule.Name}.\n  expected: {expected}\n  came:     {came}\n  source:   {rule.Source}\n  to do:    {rule.Advice}",
            inner)
    {
        Rule = rule;
        Expected = expected;
        Came = came;
    }

    /// <summary>The broken rule.</summary>
    public ContractRule Rule { get; }

    /// <summary>What should have come.</summary>
    public string Expected { get; }

    /// <summary>What came.</summary>
    public string Came { get; }
}
