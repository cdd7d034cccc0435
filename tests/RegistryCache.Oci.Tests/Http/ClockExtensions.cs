using Microsoft.Extensions.Time.Testing;
using RegistryCache.Fixtures.Content;

namespace RegistryCache.Oci.Tests.Http;

internal static class ClockExtensions
{
    /// <summary>Lets time pass in steps until a task is done; the caller sees how much passed from the clock.</summary>
    public static async Task<T> RunAsync<T>(this FakeTimeProvider clock, Task<T> task, TimeSpan step)
    {
        // Continuations run on the pool: they are done with the last step before the next one. The steps have a thread of their own, whose
        // work the pool does not count.
        await Task.Factory.StartNew(() => Advance(clock, task, step), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        return await task.WaitAsync(TimeSpan.FromMinutes(2));
    }

    private static void Advance(FakeTimeProvider clock, Task task, TimeSpan step)
    {
        using var rest = new PoolRest();
        for (var steps = 0; steps < 5000 && !task.IsCompleted;)
        {
            if (!rest.Look() || task.IsCompleted)
                continue;
            clock.Advance(step);
            steps++;
        }
    }
}
