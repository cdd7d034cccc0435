namespace CiRunner;

/// <summary>Counts what went otherwise than expected.</summary>
internal sealed class Checks
{
    private int _failures;

    public void That(bool holds, string problem)
    {
        if (holds)
            return;
        _failures++;
        Console.WriteLine($"  WRONG: {problem}");
    }

    public int Report()
    {
        Console.WriteLine(_failures == 0 ? "\nEvery job found what was expected." : $"\n{_failures} expectations failed.");
        return _failures == 0 ? 0 : 1;
    }
}
