namespace RegistryCache.Testing.Contracts;

/// <summary>One run of one rule: says what is expected, and throws when something else comes.</summary>
internal abstract class ContractTrial(ContractRule rule, CancellationToken cancellationToken)
{
    public CancellationToken Cancellation { get; } = cancellationToken;

    public void Require(bool holds, string expected, string came)
    {
        if (!holds)
            throw new ContractException(rule, expected, came);
    }

    public void RequireEqual<T>(T actual, T expected, string what) => Require(
        EqualityComparer<T>.Default.Equals(actual, expected), $"{what}: {Text(expected)}", Text(actual));

    public void RequireBytes(byte[]? actual, byte[] expected, string what)
    {
        if (actual is null)
            throw new ContractException(rule, $"{what}: {expected.Length} bytes", "nothing");
        var common = actual.AsSpan().CommonPrefixLength(expected);
        Require(
            common == expected.Length && common == actual.Length,
            $"{what}: {expected.Length} bytes",
            $"{actual.Length} bytes, which differ from byte {common} on");
    }

    /// <summary>Expects that a call throws an error of a kind.</summary>
    public async Task<TError> RequireErrorAsync<TError>(Func<Task> call, string what)
        where TError : Exception
    {
        var error = await CatchAsync(call).ConfigureAwait(false);
        return error as TError ?? throw new ContractException(
            rule, $"{what} throws {typeof(TError).Name}", error is null ? "no error" : Text(error), error);
    }

    /// <summary>Expects that a call throws, whatever it throws.</summary>
    public Task<Exception> RequireAnyErrorAsync(Func<Task> call, string what) => RequireErrorAsync<Exception>(call, what);

    /// <summary>Runs the rule; what the store or codec throws by itself breaks it.</summary>
    public async Task<ContractResult> RunAsync(Func<Task> check)
    {
        try
        {
            await check().ConfigureAwait(false);
            return new ContractResult(rule, whyNot: null);
        }
        catch (Exception e) when (e is not ContractException && !(e is OperationCanceledException && Cancellation.IsCancellationRequested))
        {
            throw new ContractException(rule, "no error", Text(e), e);
        }
    }

    private static async Task<Exception?> CatchAsync(Func<Task> call)
    {
        try
        {
            await call().ConfigureAwait(false);
            return null;
        }
#pragma warning disable CA1031 // Whatever it is, the rule judges it.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return e;
        }
    }

    private static string Text(Exception error) => $"{error.GetType().Name}: {error.Message}";

    private static string Text<T>(T value) => value?.ToString() ?? "nothing";
}
