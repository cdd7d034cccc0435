namespace RegistryCache.Testing;

/// <summary>Which requests meet which fault, by method, kind and how often such a request has come. Thread-safe.</summary>
public sealed class RegistryFaults
{
    private readonly Lock _gate = new();
    private readonly List<Rule> _rules = [];

    internal RegistryFaults()
    {
    }

    /// <summary>How many requests met a fault.</summary>
    public int Met { get; private set; }

    /// <summary>Adds a fault. A request that meets several faults gets the first of them.</summary>
    /// <param name="method">The method, or <c>*</c> for every method.</param>
    /// <param name="kind">What the request is about, or <see cref="RequestKind.Any"/>.</param>
    /// <param name="fault">What goes wrong.</param>
    /// <param name="occurrence">The first of these requests that meets it, counted from 1 and from now on.</param>
    /// <param name="count">How many of them in a row meet it. Default: 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is less than 1.</exception>
    public void Add(string method, RequestKind kind, RegistryFault fault, int occurrence = 1, int count = 1)
    {
        ArgumentNullException.ThrowIfNull(method);
        ArgumentNullException.ThrowIfNull(fault);
        ArgumentOutOfRangeException.ThrowIfLessThan(occurrence, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        lock (_gate)
            _rules.Add(new Rule(method, kind, fault, occurrence, count));
    }

    /// <summary>Removes every fault. Requests that are under way keep theirs.</summary>
    public void Clear()
    {
        lock (_gate)
            _rules.Clear();
    }

    internal RegistryFault? Take(string method, RequestKind kind)
    {
        lock (_gate)
        {
            RegistryFault? found = null;
            foreach (var rule in _rules)
            {
                if ((rule.Method != "*" && rule.Method != method) || (rule.Kind != RequestKind.Any && rule.Kind != kind))
                    continue;
                rule.Seen++;
                if (rule.Seen >= rule.Occurrence && rule.Seen - rule.Occurrence < rule.Count)
                    found ??= rule.Fault;
            }

            if (found is not null)
                Met++;
            return found;
        }
    }

    private sealed record Rule(string Method, RequestKind Kind, RegistryFault Fault, int Occurrence, int Count)
    {
        public int Seen { get; set; }
    }
}
