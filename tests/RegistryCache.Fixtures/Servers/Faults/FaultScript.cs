namespace RegistryCache.Fixtures.Servers.Faults;

/// <summary>Which requests meet which fault, by method, kind and how often such a request has come.</summary>
public sealed class FaultScript
{
    private readonly Lock _gate = new();
    private readonly List<Rule> _rules = [];

    /// <summary>How often a fault was met.</summary>
    public int Met { get; private set; }

    /// <summary>Adds a fault.</summary>
    /// <param name="method">The method, or <c>*</c>.</param>
    /// <param name="kind">What the request is about.</param>
    /// <param name="fault">What goes wrong.</param>
    /// <param name="occurrence">The first of these requests to meet it, from 1.</param>
    /// <param name="count">How many in a row meet it.</param>
    public void Add(string method, RequestKind kind, Fault fault, int occurrence = 1, int count = 1)
    {
        lock (_gate)
            _rules.Add(new Rule(method, kind, fault, occurrence, count));
    }

    public Fault? Take(string method, RequestKind kind)
    {
        lock (_gate)
        {
            Fault? found = null;
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

    private sealed record Rule(string Method, RequestKind Kind, Fault Fault, int Occurrence, int Count)
    {
        public int Seen { get; set; }
    }
}
