namespace TestHarness;

/// <summary>An expectation of a test failed.</summary>
internal sealed class ExpectationException(string message) : Exception(message)
{
    public static void Unless(bool holds, string message)
    {
        if (!holds)
            throw new ExpectationException(message);
    }
}
