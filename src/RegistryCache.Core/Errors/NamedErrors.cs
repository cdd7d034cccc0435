namespace RegistryCache.Core.Errors;

/// <summary>Runs work whose errors name what they are about.</summary>
internal static class NamedErrors
{
    /// <param name="what">What it is, such as <c>Step</c>.</param>
    /// <param name="name">Its name.</param>
    /// <param name="run">The work.</param>
    public static async Task<T> RunAsync<T>(string what, string name, Func<Task<T>> run)
    {
        try
        {
            return await run().ConfigureAwait(false);
        }
        catch (RegistryCacheException e)
        {
            e.About(what, name);
            throw;
        }
    }
}
