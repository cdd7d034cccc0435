// Many of these tests wait for a process or for another writer's second. Fixtures that change the environment say so themselves.
[assembly: Parallelizable(ParallelScope.Fixtures)]
[assembly: LevelOfParallelism(4)]
