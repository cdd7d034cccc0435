// One fixture for each of the two engines at a time; see DockerSetUp.
[assembly: LevelOfParallelism(2)]
