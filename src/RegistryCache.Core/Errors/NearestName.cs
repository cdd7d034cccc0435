namespace RegistryCache.Core.Errors;

/// <summary>Finds what a misspelt name was probably meant to be.</summary>
internal static class NearestName
{
    public static string? Of(string name, IEnumerable<string> names)
    {
        // A name of hostile length is not a typing error.
        if (name.Length is 0 or > 64)
            return null;
        var best = names.Select(n => (Name: n, Distance: Distance(name, n))).OrderBy(n => n.Distance).FirstOrDefault();
        return best.Name is not null && best.Distance <= Math.Max(2, best.Name.Length / 3) ? best.Name : null;
    }

    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var replaced = diagonal + (char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[b.Length];
    }
}
