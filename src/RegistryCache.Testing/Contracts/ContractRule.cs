namespace RegistryCache.Testing;

/// <summary>One promise of a contract, as data. A contract runs it. Immutable.</summary>
public abstract class ContractRule
{
    private protected ContractRule(string name, string source, string advice, bool isSlow)
    {
        Name = name;
        Source = source;
        Advice = advice;
        IsSlow = isSlow;
    }

    /// <summary>The promise in one sentence, unique in its contract: <c>A tag moves and the old manifest stays</c>.</summary>
    public string Name { get; }

    /// <summary>Where the promise is made: a member of an interface, or a section of a specification.</summary>
    public string Source { get; }

    /// <summary>What to do when the rule is broken.</summary>
    public string Advice { get; }

    /// <summary>Whether the rule takes seconds, because it needs a lot of content.</summary>
    public bool IsSlow { get; }

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}
