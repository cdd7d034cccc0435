using TestHarness;

// Tests a tool's caching without a server. Works in any test framework: dotnet run --project samples/TestHarness
(string Name, Func<Task> Test)[] tests =
[
    ("A warm build restores what the cold one recorded", CacheTests.A_warm_build_restores_what_the_cold_one_recorded),
    ("A changed flag is a miss that says why", CacheTests.A_changed_flag_is_a_miss_that_says_why),
    ("A damaged blob is a miss and not a broken build", CacheTests.A_damaged_blob_is_a_miss_and_not_a_broken_build),
    ("A directory holds what the export says", CacheTests.A_directory_holds_what_the_export_says),
];
var failed = 0;
foreach (var (name, test) in tests)
{
    try
    {
        await test();
        Console.WriteLine($"  passed  {name}");
    }
    catch (ExpectationException e)
    {
        failed++;
        Console.WriteLine($"  FAILED  {name}: {e.Message}");
    }
}

Console.WriteLine($"{tests.Length - failed} of {tests.Length} passed");
return failed == 0 ? 0 : 1;
