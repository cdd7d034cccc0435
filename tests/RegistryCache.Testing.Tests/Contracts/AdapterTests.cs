using Moq;
using Moq.Protected;
using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;

namespace RegistryCache.Testing.Tests.Contracts;

/// <summary>The NUnit adapter tells of a broken rule as of a failed assertion, and of a rule that does not apply as ignored.</summary>
internal sealed class AdapterTests
{
    [Test]
    public void A_broken_rule_fails_with_the_advice_and_with_what_the_store_threw()
    {
        var (state, message) = Run("An absent tag or digest is a miss", static () => new InMemoryContentStore
        {
            OnCall = static (_, _) => throw new IOException("the disk went away"),
        });

        Assert.That(state, Is.EqualTo(ResultState.Failure));
        Assert.That(message, Does.Contain("Broken rule: An absent tag or digest is a miss.").And.Contains("Return null; do not throw.").And.Contains(nameof(AdapterTests)));
    }

    [Test]
    public void A_rule_that_does_not_apply_is_ignored_with_the_reason()
    {
        var (state, message) = Run("A blob that was damaged in the store is refused", static () => new InMemoryContentStore());

        Assert.That((state, message), Is.EqualTo((ResultState.Ignored, "ContentStoreContract.DamageBlob is not set.")));
    }

    [Test]
    public void A_kept_rule_passes() => Assert.That(
        Run("An absent tag or digest is a miss", static () => new InMemoryContentStore()).State, Is.EqualTo(ResultState.Success));

    // A mock, because NUnit would take a class of its own for one more fixture to run.
    private static (ResultState State, string? Message) Run(string rule, Func<InMemoryContentStore> create)
    {
        var fixture = new Mock<ContentStoreContractTests>();
        fixture.Protected().SetupGet<ContentStoreContract>("Contract").Returns(new ContentStoreContract(create));
        using (new TestExecutionContext.IsolatedContext())
        {
            try
            {
                fixture.Object.Keeps(ContentStoreContract.Rules.Single(r => r.Name == rule)).GetAwaiter().GetResult();
                return (ResultState.Success, null);
            }
            catch (ResultStateException e)
            {
                return (e.ResultState, e.Message);
            }
        }
    }
}
