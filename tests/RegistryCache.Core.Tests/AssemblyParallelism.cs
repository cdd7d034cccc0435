// Some of these tests wait for a disk, a browser or another writer's second. What measures the whole process says so itself.
[assembly: Parallelizable(ParallelScope.Fixtures)]
[assembly: LevelOfParallelism(3)]
