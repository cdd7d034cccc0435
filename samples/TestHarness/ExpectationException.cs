namespace TestHarness;

/// <summary>Something is not as a test expects.</summary>
internal sealed class ExpectationException(string message) : Exception(message)
{
    public static void Unless(bool holds, string message)
    {
        if (!holds)
            throw new ExpectationException(message);
    }
}
