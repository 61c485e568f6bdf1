/** A setting of an AWS CDK construct and the values that are a fault. Sources: the CDK's API reference. */
export interface ResourceSetting {
  /** Constructs by their CDK name. */
  constructs: readonly string[];
  /** Property names from the construct's properties down. */
  path: readonly string[];
  /** The setting is a fault when it is missing (the default is the unsafe one). */
  missing?: boolean;
  /** Truth value that is a fault. */
  value?: boolean;
  /** Texts, or members of an enumeration, that are a fault. */
  names?: readonly string[];
  /** With one of these set, a missing setting is no fault. */
  unless?: readonly string[];
  /** What is wrong, for the message. */
  problem: string;
}

const atRest = 'is kept unencrypted';

/** Stores whose content is not encrypted at rest. */
export const storage: readonly ResourceSetting[] = [
  {
    constructs: [
      'aws-rds.CfnDBCluster',
      'aws-rds.CfnDBInstance',
      'aws-rds.DatabaseCluster',
      'aws-rds.DatabaseClusterFromSnapshot',
      'aws-rds.DatabaseInstance',
      'aws-rds.DatabaseInstanceReadReplica',
    ],
    path: ['storageEncrypted'],
    missing: true,
    value: false,
    unless: ['storageEncryptionKey', 'kmsKeyId'],
    problem: `The database ${atRest}`,
  },
  {
    constructs: ['aws-opensearchservice.Domain', 'aws-elasticsearch.Domain'],
    path: ['encryptionAtRest', 'enabled'],
    missing: true,
    value: false,
    problem: `The search domain ${atRest}`,
  },
  {
    constructs: ['aws-opensearchservice.CfnDomain', 'aws-elasticsearch.CfnDomain'],
    path: ['encryptionAtRestOptions', 'enabled'],
    missing: true,
    value: false,
    problem: `The search domain ${atRest}`,
  },
  { constructs: ['aws-sns.Topic'], path: ['masterKey'], missing: true, problem: `The topic ${atRest}` },
  { constructs: ['aws-sns.CfnTopic'], path: ['kmsMasterKeyId'], missing: true, problem: `The topic ${atRest}` },
  {
    constructs: ['aws-sqs.Queue'],
    path: ['encryption'],
    missing: true,
    names: ['UNENCRYPTED'],
    unless: ['encryptionMasterKey'],
    problem: 'The queue does not say how it is encrypted',
  },
  {
    constructs: ['aws-sqs.CfnQueue'],
    path: ['kmsMasterKeyId'],
    missing: true,
    unless: ['sqsManagedSseEnabled'],
    problem: 'The queue does not say how it is encrypted',
  },
  {
    constructs: ['aws-sqs.CfnQueue'],
    path: ['sqsManagedSseEnabled'],
    value: false,
    problem: `The queue ${atRest}`,
  },
  {
    constructs: ['aws-s3.Bucket'],
    path: ['encryption'],
    missing: true,
    names: ['UNENCRYPTED'],
    unless: ['encryptionKey'],
    problem: 'The bucket does not say how it is encrypted',
  },
  {
    constructs: ['aws-ec2.Volume', 'aws-ec2.CfnVolume'],
    path: ['encrypted'],
    missing: true,
    value: false,
    unless: ['encryptionKey', 'kmsKeyId'],
    problem: `The volume ${atRest}`,
  },
  { constructs: ['aws-efs.FileSystem'], path: ['encrypted'], value: false, problem: `The file system ${atRest}` },
  {
    constructs: ['aws-efs.CfnFileSystem'],
    path: ['encrypted'],
    missing: true,
    value: false,
    problem: `The file system ${atRest}`,
  },
  {
    constructs: ['aws-sagemaker.CfnNotebookInstance'],
    path: ['kmsKeyId'],
    missing: true,
    problem: `The notebook's volume ${atRest}`,
  },
];

const clear = 'accepts traffic that is not encrypted';
const listener = { names: ['HTTP', 'TCP', 'UDP', 'TCP_UDP'], problem: `The listener ${clear}` };

/** Traffic that is not encrypted on its way. */
export const transport: readonly ResourceSetting[] = [
  {
    constructs: ['aws-elasticache.CfnReplicationGroup'],
    path: ['transitEncryptionEnabled'],
    missing: true,
    value: false,
    problem: `The cache ${clear}`,
  },
  {
    constructs: ['aws-kinesis.Stream'],
    path: ['encryption'],
    names: ['UNENCRYPTED'],
    problem: 'The stream is not encrypted',
  },
  {
    constructs: ['aws-kinesis.CfnStream'],
    path: ['streamEncryption'],
    missing: true,
    problem: 'The stream is not encrypted',
  },
  {
    constructs: ['aws-s3.Bucket'],
    path: ['enforceSSL'],
    missing: true,
    value: false,
    problem: `The bucket ${clear}`,
  },
  {
    constructs: ['aws-elasticloadbalancingv2.ApplicationListener', 'aws-elasticloadbalancingv2.NetworkListener'],
    path: ['protocol'],
    unless: ['defaultAction'],
    ...listener,
  },
  {
    constructs: ['aws-elasticloadbalancingv2.CfnListener'],
    path: ['protocol'],
    ...listener,
  },
  {
    constructs: ['aws-elasticloadbalancing.LoadBalancer'],
    path: ['listeners', '*', 'externalProtocol'],
    ...listener,
  },
  {
    constructs: ['aws-elasticloadbalancing.CfnLoadBalancer'],
    path: ['listeners', '*', 'protocol'],
    ...listener,
  },
];

/** Resources that anyone on the internet may reach. */
export const exposure: readonly ResourceSetting[] = [
  {
    constructs: ['aws-s3.Bucket', 'aws-s3-deployment.BucketDeployment', 'aws-s3_deployment.BucketDeployment'],
    path: ['accessControl'],
    names: ['PUBLIC_READ', 'PUBLIC_READ_WRITE', 'AUTHENTICATED_READ'],
    problem: 'Anyone may read the bucket',
  },
  { constructs: ['aws-s3.Bucket'], path: ['publicReadAccess'], value: true, problem: 'Anyone may read the bucket' },
  {
    constructs: ['aws-s3.Bucket'],
    path: ['blockPublicAccess'],
    missing: true,
    names: ['BLOCK_ACLS'],
    problem: 'Nothing keeps the bucket from being made public',
  },
  ...['blockPublicAcls', 'blockPublicPolicy', 'ignorePublicAcls', 'restrictPublicBuckets'].map((name) => ({
    constructs: ['aws-s3.Bucket'],
    path: ['blockPublicAccess', name],
    value: false,
    problem: 'Nothing keeps the bucket from being made public',
  })),
  {
    constructs: ['aws-rds.CfnDBInstance', 'aws-rds.DatabaseInstance', 'aws-rds.DatabaseInstanceReadReplica'],
    path: ['publiclyAccessible'],
    value: true,
    problem: 'The database has an address on the internet',
  },
  {
    constructs: ['aws-dms.CfnReplicationInstance'],
    path: ['publiclyAccessible'],
    missing: true,
    value: true,
    problem: 'The replication instance has an address on the internet',
  },
  {
    constructs: ['aws-ec2.CfnInstance'],
    path: ['networkInterfaces', '*', 'associatePublicIpAddress'],
    value: true,
    problem: 'The machine has an address on the internet',
  },
  {
    constructs: ['aws-ec2.Instance', 'aws-rds.DatabaseInstance'],
    path: ['vpcSubnets', 'subnetType'],
    names: ['PUBLIC'],
    problem: 'It stands in a public subnet',
  },
  {
    constructs: ['aws-apigateway.CfnMethod', 'aws-apigatewayv2.CfnRoute'],
    path: ['authorizationType'],
    missing: true,
    names: ['NONE'],
    problem: 'The API asks nobody who they are',
  },
];
